import { exitCodes } from '../app/exit-codes.ts';
import { limits } from '../core/limits.ts';
import { answered } from './api-client.ts';
import { drawDryRun } from './dry-run.ts';
import type { DryRun } from './dry-run.ts';
import { readFields, readNumber } from './nouns/read-fields.ts';
import { printJsonText, printLines } from './output/print.ts';
import { readJsonText } from './read-input.ts';
import { serverCommand } from './server-command.ts';
import type { ServerCall } from './server-command.ts';
import { say } from './shell.ts';
import { UsageError } from './usage-error.ts';

type SendOptions = {
  readonly data: string;
  readonly id?: string;
  readonly keyOf?: string;
  readonly entity?: string;
  readonly source?: string;
  readonly causedBy?: string;
  readonly correlation?: string;
  readonly wait?: string;
  readonly dryRun?: boolean;
};

type Accepted = {
  readonly id: string;
  readonly duplicate: boolean;
  readonly deliveryCount: number;
  readonly deliveries?: readonly { readonly state: string; readonly id: string }[];
};

/** `posthorn send`: publishes one event. */
export const sendCommand = serverCommand<SendOptions>({
  name: 'send',
  takes: [['<type>', 'the type of the event, such as task.completed']],
  summary: 'publish an event',
  examples: [
    `posthorn send task.completed --data '{"taskId":"t-1"}'`,
    'posthorn send report.ready --data @report.json --key-of report-7',
    'posthorn send task.completed --data @result.json --dry-run',
  ],
  about: [
    'Prints the id of the event. Its data is sent byte for byte.',
    'With --dry-run nothing is published: it shows who would get it, the exact bytes and the',
    'signature, made by the code that sends.',
  ],
  options: [
    {
      flags: '--data <json>',
      says: 'its data: JSON, @FILE, or - for standard input',
      fallback: '{}',
    },
    { flags: '--id <id>', says: 'your own id: sent again, the event is not published again' },
    {
      flags: '--key-of <key>',
      says: 'events with the same key are delivered in order where asked for',
    },
    { flags: '--entity <type/id>', says: 'what it is about' },
    { flags: '--source <source>', says: 'where it comes from' },
    { flags: '--caused-by <id>', says: 'the event it follows from' },
    { flags: '--correlation <id>', says: 'the chain of events it belongs to' },
    { flags: '--wait <seconds>', says: 'wait so long for it to be delivered' },
    { flags: '--dry-run', says: 'show who would get it, and publish nothing' },
  ],
  run: async (call) => {
    const json = await eventText(call);
    return call.options.dryRun === true ? dryRun(call, json) : publish(call, json);
  },
});

async function publish(call: ServerCall<SendOptions>, json: string): Promise<number> {
  const { api, shell, options } = call;
  const seconds = readNumber(options.wait, '--wait') ?? 0;
  const answer = await api.ask({
    ...{ method: 'POST', path: '/v1/events', json },
    ...(seconds === 0 ? {} : { headers: { prefer: `wait=${seconds}` }, extraMs: seconds * 1_000 }),
  });
  const accepted = answered<Accepted>(answer);
  if (options.json === true) printJsonText(shell, answer.text);
  else printLines(shell, [accepted.id]);
  say(shell, saysOf(accepted));
  return exitCodes.ok;
}

function saysOf({ duplicate, deliveryCount, deliveries = [] }: Accepted): string {
  if (duplicate) return 'it was accepted before; nothing is new';
  const counted = deliveryCount === 1 ? '1 delivery' : `${deliveryCount} deliveries`;
  const states = Map.groupBy(deliveries, ({ state }) => state);
  const stand = [...states].map(([state, those]) => `, ${those.length} ${state}`).join('');
  return `accepted; ${counted}${stand}`;
}

async function dryRun({ api, shell, options }: ServerCall<SendOptions>, json: string) {
  const query = { dryRun: 'true' };
  const answer = await api.ask({ method: 'POST', path: '/v1/events', query, json });
  if (options.json === true) printJsonText(shell, answer.text);
  else printLines(shell, drawDryRun(answered<DryRun>(answer)));
  return exitCodes.ok;
}

/** The event as it is sent: its data stands in it just as it was given. */
async function eventText({ shell, options, args }: ServerCall<SendOptions>): Promise<string> {
  const { id, keyOf: key, source, causedBy: causationId, correlation: correlationId } = options;
  const entity = entityOf(options.entity);
  const fields = { type: args[0], id, key, entity, source, causationId, correlationId };
  const envelope = JSON.stringify(readFields(fields)).slice(0, -1);
  const data = await readJsonText(options.data, { option: '--data', input: shell.input });
  return `${envelope},"data":${data}}`;
}

function entityOf(text: string | undefined): { type: string; id: string } | undefined {
  if (text === undefined) return undefined;
  const at = text.indexOf('/');
  if (at > 0 && text.length - at - 1 <= limits.entityIdChars && at < text.length - 1) {
    return { type: text.slice(0, at), id: text.slice(at + 1) };
  }
  throw new UsageError('--entity: must look like contact/42');
}
