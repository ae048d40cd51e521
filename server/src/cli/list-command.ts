import { Option } from 'commander';
import { limits } from '../core/limits.ts';
import { answered } from './api-client.ts';
import type { CliCommand, OptionSpec } from './command.ts';
import { printJson, printJsonText, printLines } from './output/print.ts';
import { tableLines } from './output/table.ts';
import { readMoment } from './read-moment.ts';
import { serverCommand } from './server-command.ts';
import type { ServerCall } from './server-command.ts';
import { say } from './shell.ts';

/** A filter of a list: an option, and the name of its parameter in the query. */
export type Filter = OptionSpec & {
  readonly asks: string;
  /** What a switch asks for; the value given when not said. */
  readonly means?: string;
};

type ListSpec<Row> = {
  readonly name: string;
  /** With `{id}` where its argument goes. */
  readonly path: string;
  /** What its one argument is called in help. */
  readonly takes?: readonly [usage: string, says: string];
  readonly summary: string;
  readonly examples: readonly string[];
  readonly about?: readonly string[];
  readonly filters?: readonly Filter[];
  readonly isDefault?: boolean;
  /** A row as its cells, for people. */
  readonly cells: (row: Row) => string[];
  /** Said when there is nothing. */
  readonly none: string;
};

type ListOptions = {
  readonly limit?: string;
  readonly cursor?: string;
  readonly since?: string;
  readonly until?: string;
  readonly all?: boolean;
};

type Query = Record<string, string | undefined>;
type PageBody<Row> = { readonly data: readonly Row[]; readonly nextCursor: string | null };

const pageOptions: readonly OptionSpec[] = [
  {
    flags: '--limit <count>',
    says: `how many, up to ${limits.listMax}`,
    fallback: String(limits.listDefault),
  },
  { flags: '--cursor <cursor>', says: 'go on where the page before ended' },
  { flags: '--since <time>', says: 'made at or after: 2h (ago), 2026-01-31, or a full time' },
  { flags: '--until <time>', says: 'made before' },
  {
    flags: '--all',
    says: `every page, as lines of JSON with --json; ends after ${limits.commandRows} rows`,
  },
];

/** A command that lists: filters, pages, `{data, nextCursor}` as JSON, a table for people. */
export function listCommand<Row extends object>(spec: ListSpec<Row>): CliCommand {
  const { filters = [], takes, ...rest } = spec;
  return serverCommand<ListOptions>({
    ...rest,
    ...(takes === undefined ? {} : { takes: [takes] }),
    options: [...filters, ...pageOptions],
    run: async (call) => {
      const query = { ...pageQuery(call), ...filterQuery(filters, call.options) };
      const [id = ''] = call.args;
      const list = { ...spec, path: spec.path.replace('{id}', encodeURIComponent(id)) };
      if (call.options.all === true) await listAll(call, list, query);
      else await listPage(call, list, query);
      return 0;
    },
  });
}

function pageQuery({ options, shell }: ServerCall<ListOptions>): Query {
  const { limit, cursor, since, until, all } = options;
  const now = shell.now();
  return {
    limit: all === true ? String(limits.listMax) : limit,
    cursor,
    'createdAt[gte]': readMoment(since, { option: '--since', now }),
    'createdAt[lt]': readMoment(until, { option: '--until', now }),
  };
}

function filterQuery(filters: readonly Filter[], options: object): Query {
  const given = new Map(Object.entries(options));
  return Object.fromEntries(
    filters.map(({ flags, asks, means }) => {
      const value: unknown = given.get(new Option(flags).attributeName());
      const text = typeof value === 'string' ? value : undefined;
      return [asks, value === undefined ? undefined : (means ?? text)];
    }),
  );
}

async function listPage<Row>(
  { api, shell, options }: ServerCall<ListOptions>,
  { path, cells, none }: ListSpec<Row>,
  query: Query,
): Promise<void> {
  const answer = await api.ask({ path, query });
  const { data, nextCursor } = answered<PageBody<Row>>(answer);
  if (options.json === true) return printJsonText(shell, answer.text);
  printLines(shell, tableLines(data.map(cells)));
  if (data.length === 0) say(shell, none);
  if (nextCursor !== null) say(shell, `there are more: --all, or --cursor ${nextCursor}`);
}

async function listAll<Row>(
  { api, shell, options }: ServerCall<ListOptions>,
  { path, cells, none }: ListSpec<Row>,
  query: Query,
): Promise<void> {
  let cursor = query['cursor'];
  let count = 0;
  do {
    const page = answered<PageBody<Row>>(await api.ask({ path, query: { ...query, cursor } }));
    if (options.json === true) for (const row of page.data) printJson(shell, row);
    else printLines(shell, tableLines(page.data.map(cells)));
    count += page.data.length;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && count < limits.commandRows);
  if (count === 0) say(shell, none);
  if (cursor !== undefined) say(shell, `ended after ${count} rows; go on with --cursor ${cursor}`);
}
