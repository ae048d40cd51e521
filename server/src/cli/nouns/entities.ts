import type { Static } from 'typebox';
import type {
  EntityBody,
  EntityChangedBody,
  EntityChangesBody,
  EntitySummaryBody,
} from '../../api/schemas/context-schema.ts';
import { jsonMembers } from '../../core/context/json-members.ts';
import type { Noun } from '../command.ts';
import { listCommand } from '../list-command.ts';
import { factLines, tableLines } from '../output/table.ts';
import { readJsonText } from '../read-input.ts';
import { serverCommand } from '../server-command.ts';
import { show } from '../show.ts';
import { UsageError } from '../usage-error.ts';

const named = ['<type/id>', 'an entity, such as contact/contact_123'] as const;

const howMany = (fields: number) => (fields === 1 ? '1 field' : `${fields} fields`);

const list = listCommand<Static<typeof EntitySummaryBody>>({
  name: 'entities list',
  path: '/v1/entities',
  summary: 'list entities, newest first',
  examples: ['posthorn entities', 'posthorn entities --type contact --json'],
  isDefault: true,
  filters: [{ flags: '--type <type>', asks: 'type', says: 'of this type' }],
  cells: (row) => [
    ...[row.updatedAt, `${row.type}/${row.id}`, `v${row.version}`, howMany(row.fieldCount)],
    row.source ?? '-',
  ],
  none: 'no such entities',
});

const get = serverCommand({
  name: 'entities get',
  takes: [named],
  summary: 'show an entity as last told',
  examples: ['posthorn entities get contact/contact_123'],
  run: (call) => show(call, { path: pathOf(call.args[0]) }, drawEntity),
});

/** The values stand as they were sent: parsed and written again, large numbers would be others. */
function drawEntity(entity: Static<typeof EntityBody>, text: string): string[] {
  const facts = Object.entries(entity).filter(([name]) => name !== 'values');
  const values = jsonMembers(text)?.members.get('values') ?? '{}';
  const fields = Array.from(jsonMembers(values)?.members ?? [], ([name, json]) => [
    `  ${name}:`,
    json,
  ]);
  return [...factLines(Object.fromEntries(facts)), 'values:', ...tableLines(fields)];
}

type PatchOptions = {
  readonly source?: string;
  readonly causedBy?: string;
  readonly ifVersion?: string;
};

const source = { flags: '--source <source>', says: 'where the change comes from' };
const causedBy = { flags: '--caused-by <id>', says: 'the event that it follows from' };

const patch = serverCommand<PatchOptions>({
  name: 'entities patch',
  takes: [named, ['<json>', 'the new values: JSON, @FILE, or - for standard input']],
  summary: 'give new values of an entity; what differs is told',
  examples: [
    `posthorn entities patch contact/contact_123 '{"email":"ada@example.org","nickname":null}'`,
    'posthorn entities patch contact/contact_123 @new.json --if-version 7',
  ],
  options: [
    source,
    causedBy,
    { flags: '--if-version <version>', says: 'only if it is this one still; 0 if it is new' },
  ],
  run: async (call) => {
    const { options, shell, args } = call;
    const json = await readJsonText(args[1] ?? '', { option: '<json>', input: shell.input });
    const { ifVersion } = options;
    return show<Static<typeof EntityChangedBody>>(call, {
      method: 'PATCH',
      path: pathOf(args[0]),
      query: { source: options.source, causationId: options.causedBy },
      json,
      ...(ifVersion === undefined ? {} : { headers: { 'if-match': `"${ifVersion}"` } }),
    });
  },
});

const changes = serverCommand<{ readonly since?: string; readonly limit?: string }>({
  name: 'entities changes',
  takes: [named],
  summary: 'show what changed in an entity since a version',
  examples: ['posthorn entities changes contact/contact_123 --since 3'],
  options: [
    { flags: '--since <version>', says: 'the version that you know', fallback: '0' },
    { flags: '--limit <count>', says: 'how many versions' },
  ],
  run: (call) => {
    const { since = '0', limit } = call.options;
    const path = `${pathOf(call.args[0])}/changes`;
    return show(call, { path, query: { since, limit } }, drawChanges);
  },
});

function drawChanges(
  { versions, version }: Static<typeof EntityChangesBody>,
  text: string,
): string[] {
  const merged = jsonMembers(text)?.members.get('changes') ?? '{}';
  const rows = versions.map((each) => [
    ...[`v${each.version}`, each.at ?? '-', each.source ?? '-'],
    Object.keys(each.changes).join(', '),
  ]);
  return [...tableLines(rows), `it is at version ${version}; all of this in one:`, merged];
}

type UpdateOptions = {
  readonly source?: string;
  readonly causedBy?: string;
  readonly idempotencyKey?: string;
};

const update = serverCommand<UpdateOptions>({
  name: 'context update',
  takes: [named, ['<json>', 'the changes, {field: {old?, new}}: JSON, @FILE, or -']],
  summary: 'tell what changed in an entity',
  examples: [
    `posthorn context update contact/contact_123 '{"email":{"new":"ada@example.org"}}'`,
    'posthorn context update contact/contact_123 @changes.json --source crm',
  ],
  options: [
    ...[source, causedBy],
    { flags: '--idempotency-key <key>', says: 'makes repeating this safe' },
  ],
  run: async (call) => {
    const { options, shell, args } = call;
    const said = await readJsonText(args[1] ?? '', { option: '<json>', input: shell.input });
    const about = { source: options.source, causationId: options.causedBy };
    const head = JSON.stringify({ entity: entityOf(args[0]), ...about }).slice(0, -1);
    const { idempotencyKey } = options;
    return show<Static<typeof EntityChangedBody>>(call, {
      method: 'POST',
      path: '/v1/context/updates',
      json: `${head},"changes":${said}}`,
      ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
    });
  },
});

function pathOf(text: string | undefined): string {
  const { type, id } = entityOf(text);
  return `/v1/entities/${encodeURIComponent(type)}/${encodeURIComponent(id)}`;
}

/** A type has no slash; an id may have some. */
function entityOf(text = ''): { type: string; id: string } {
  const at = text.indexOf('/');
  if (at < 1 || at === text.length - 1) {
    throw new UsageError('<type/id>: must look like contact/contact_123');
  }
  return { type: text.slice(0, at), id: text.slice(at + 1) };
}

/** `posthorn entities`: what is known of things, and how it came to be. */
export const entitiesNoun: Noun = {
  noun: 'entities',
  summary: 'see what is known of contacts and the like, and change it',
  commands: [list, get, patch, changes],
};

/** `posthorn context`: telling what changed. */
export const contextNoun: Noun = {
  noun: 'context',
  summary: 'tell what changed in a contact or the like',
  commands: [update],
};
