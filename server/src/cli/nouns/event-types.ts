import type { Static } from 'typebox';
import type { EventTypeBody } from '../../api/schemas/event-type-schema.ts';
import type { Noun, OptionSpec } from '../command.ts';
import { listCommand } from '../list-command.ts';
import { readJsonText } from '../read-input.ts';
import { serverCommand } from '../server-command.ts';
import type { ServerCall } from '../server-command.ts';
import { idCommand, show } from '../show.ts';
import { readFields, setOption } from './read-fields.ts';

type EventType = Static<typeof EventTypeBody>;
type TypeOptions = {
  readonly description?: string;
  readonly schema?: string;
  readonly set?: readonly string[];
};

const typeName = ['<type>', 'the name of an event type, such as task.completed'] as const;

const fields: readonly OptionSpec[] = [
  { flags: '--description <text>', says: 'what happened when it is published' },
  { flags: '--schema <json>', says: 'the JSON Schema of its data: itself, @FILE or -' },
  setOption,
];

const list = listCommand<EventType>({
  name: 'event-types list',
  path: '/v1/event-types',
  summary: 'list event types',
  examples: ['posthorn event-types', 'posthorn event-types --json'],
  isDefault: true,
  filters: [
    {
      flags: '--unregistered',
      asks: 'registered',
      says: 'those that were published and are not registered',
      means: 'false',
    },
  ],
  cells: ({ type, schema, description }) => [
    type,
    schema === null ? 'no schema' : 'schema',
    description,
  ],
  none: 'no event types yet',
});

const get = idCommand<EventType>({
  name: 'event-types get',
  takes: typeName,
  summary: 'show an event type with its schema',
  examples: ['posthorn event-types get task.completed'],
  request: (name) => ({ path: `/v1/event-types/${name}` }),
});

const create = serverCommand<TypeOptions>({
  name: 'event-types create',
  takes: [typeName],
  summary: 'register an event type; with a schema its events are judged by it',
  examples: [
    'posthorn event-types create task.completed --description "A task has ended well"',
    'posthorn event-types create order.paid --schema @order-paid.schema.json',
  ],
  options: fields,
  run: async (call) => {
    const body = { type: call.args[0], ...(await bodyOf(call)) };
    return show(call, { method: 'POST', path: '/v1/event-types', body });
  },
});

const update = serverCommand<TypeOptions>({
  name: 'event-types update',
  takes: [typeName],
  summary: 'change an event type; only what is named changes',
  examples: ['posthorn event-types update order.paid --schema @order-paid.schema.json'],
  options: fields,
  run: async (call) => {
    const path = `/v1/event-types/${encodeURIComponent(call.args[0] ?? '')}`;
    return show(call, { method: 'PATCH', path, body: await bodyOf(call) });
  },
});

const remove = idCommand<EventType>({
  name: 'event-types delete',
  takes: typeName,
  summary: 'forget an event type; its events stay',
  examples: ['posthorn event-types delete order.paid'],
  request: (name) => ({ method: 'DELETE', path: `/v1/event-types/${name}` }),
  done: (name) => `${name} is no longer registered`,
});

async function bodyOf({ options, shell }: ServerCall<TypeOptions>) {
  const { description, schema: said, set } = options;
  const source = { option: '--schema', input: shell.input };
  const schema: unknown =
    said === undefined ? undefined : JSON.parse(await readJsonText(said, source));
  return readFields({ description, schema }, set);
}

/** `posthorn event-types`: what may be published. */
export const eventTypesNoun: Noun = {
  noun: 'event-types',
  summary: 'register the types of events, with schemas',
  commands: [list, get, create, update, remove],
};
