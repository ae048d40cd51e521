import type { Static } from 'typebox';
import type { SubscriptionBody } from '../../api/schemas/subscription-schema.ts';
import type { Noun, OptionSpec } from '../command.ts';
import { listCommand } from '../list-command.ts';
import { serverCommand } from '../server-command.ts';
import { idCommand, show } from '../show.ts';
import { UsageError } from '../usage-error.ts';
import { readFields, readNumber, setOption } from './read-fields.ts';
import { typesOption } from '../types-option.ts';

type Subscription = Static<typeof SubscriptionBody>;
type Wishes = {
  readonly types?: readonly string[];
  readonly filter?: string;
  readonly entity?: string;
  readonly order?: string;
  readonly fields?: readonly string[];
  readonly coalesce?: string;
  readonly claimCheck?: boolean;
  readonly ack?: string;
  readonly set?: readonly string[];
};

const subscriptionId = ['<id>', 'the id of a subscription'] as const;

const wishes: readonly OptionSpec[] = [
  typesOption('the event types; a last segment * is any rest'),
  { flags: '--filter <cel>', says: 'a condition on type, data, metadata, source and entity' },
  { flags: '--entity <type/id>', says: 'only events about this entity, or all of its type' },
  { flags: '--order <order>', says: 'none, key or endpoint' },
  { flags: '--fields <name...>', says: 'only changes of these fields of the entity' },
  {
    flags: '--coalesce <ms>',
    says: 'merge changes that come within so long; false merges nothing',
  },
  { flags: '--claim-check', says: 'have a link sent in the place of large data' },
  { flags: '--ack <ms>', says: 'let the receiver answer 202, and report within so long' },
  setOption,
];

const list = listCommand<Subscription>({
  name: 'subscriptions list',
  path: '/v1/subscriptions',
  summary: 'list subscriptions, newest first',
  examples: ['posthorn subscriptions', 'posthorn subscriptions --endpoint ep_06d1…'],
  isDefault: true,
  filters: [{ flags: '--endpoint <id>', asks: 'endpointId', says: 'of this endpoint' }],
  cells: (row) => [
    ...[row.id, row.endpointId, row.types.join(' '), `order ${row.order}`],
    row.filter ?? '-',
  ],
  none: 'no subscriptions yet',
});

const get = idCommand<Subscription>({
  name: 'subscriptions get',
  takes: subscriptionId,
  summary: 'show a subscription',
  examples: ['posthorn subscriptions get sub_06d1…'],
  request: (id) => ({ path: `/v1/subscriptions/${id}` }),
});

const create = serverCommand<Wishes & { readonly endpoint?: string }>({
  name: 'subscriptions create',
  summary: 'have an endpoint get events',
  examples: [
    'posthorn subscriptions create --endpoint ep_06d1… --types "task.*"',
    `posthorn subscriptions create --endpoint ep_06d1… --types "*" --filter 'data.total > 100'`,
    'posthorn subscriptions create --endpoint ep_06d1… --types context.updated --entity contact',
  ],
  options: [{ flags: '--endpoint <id>', says: 'the endpoint that gets them' }, ...wishes],
  run: (call) => {
    const { endpoint: endpointId } = call.options;
    if (endpointId === undefined) throw new UsageError('--endpoint: is needed');
    const body = { endpointId, ...bodyOf(call.options) };
    return show(call, { method: 'POST', path: '/v1/subscriptions', body });
  },
});

const update = serverCommand<Wishes>({
  name: 'subscriptions update',
  takes: [subscriptionId],
  summary: 'change what a subscription wants; it holds for events from now on',
  examples: ['posthorn subscriptions update sub_06d1… --types task.completed task.failed'],
  options: wishes,
  run: (call) => {
    const body = bodyOf(call.options);
    if (Object.keys(body).length === 0) throw new UsageError('nothing to change was named');
    const [id = ''] = call.args;
    return show(call, {
      method: 'PATCH',
      path: `/v1/subscriptions/${encodeURIComponent(id)}`,
      body,
    });
  },
});

const remove = idCommand<Subscription>({
  name: 'subscriptions delete',
  takes: subscriptionId,
  summary: 'delete a subscription; what it led to is still delivered',
  examples: ['posthorn subscriptions delete sub_06d1…'],
  request: (id) => ({ method: 'DELETE', path: `/v1/subscriptions/${id}` }),
  done: (id) => `${id} is deleted`,
});

function bodyOf(wished: Wishes): Record<string, unknown> {
  const { types, filter, entity, order, fields, coalesce, claimCheck, set } = wished;
  const withinMs = readNumber(wished.ack, '--ack');
  const ack = withinMs === undefined ? undefined : { withinMs };
  const about = { entity: entityOf(entity), fields, coalesce: coalesceOf(coalesce), claimCheck };
  return readFields({ types, filter, order, ...about, ack }, set);
}

function coalesceOf(text: string | undefined): false | { windowMs: number } | undefined {
  if (text === 'false') return false;
  const windowMs = readNumber(text, '--coalesce');
  return windowMs === undefined ? undefined : { windowMs };
}

function entityOf(text: string | undefined): { type: string; id?: string } | undefined {
  if (text === undefined) return undefined;
  const at = text.indexOf('/');
  return at < 0 ? { type: text } : { type: text.slice(0, at), id: text.slice(at + 1) };
}

/** `posthorn subscriptions`: what endpoints want. */
export const subscriptionsNoun: Noun = {
  noun: 'subscriptions',
  summary: 'say which events an endpoint gets',
  commands: [list, get, create, update, remove],
};
