import { Type } from '../../api/schemas/type.ts';
import type { Static } from 'typebox';
import { deliveryState } from '../../api/schemas/delivery-schema.ts';
import { closed, eventType, orNull, time, whole } from '../../api/schemas/fields.ts';
import { limits } from '../../core/limits.ts';
import type { Caller } from '../caller.ts';
import { tool, untrusted } from '../tool.ts';

const Input = closed({
  type: Type.Optional({ ...eventType, description: 'Only of this type, such as task.failed.' }),
  entityType: Type.Optional(
    Type.String({ description: 'Only about entities of this type, such as contact.' }),
  ),
  entityId: Type.Optional(Type.String({ description: 'Only about this one; needs entityType.' })),
  correlationId: Type.Optional(Type.String({ description: 'Only of this chain of events.' })),
  deliveryState: Type.Optional({
    ...deliveryState,
    description:
      'Only those with a delivery in this state, such as dead; tells the deliveries too.',
  }),
  since: Type.Optional({ ...time, description: 'Accepted at or after this RFC 3339 time.' }),
  until: Type.Optional({ ...time, description: 'Accepted before this RFC 3339 time.' }),
  limit: Type.Optional(
    whole(1, limits.mcpRows, `How many at most; ${limits.mcpRowsDefault} when not said.`),
  ),
  cursor: Type.Optional(
    Type.String({ description: 'nextCursor of the answer before, with the same filters.' }),
  ),
});

type Wish = Static<typeof Input>;
type Row = { readonly id: string; readonly eventId?: string; readonly entity?: Entity | null };
type Entity = { readonly type: string; readonly id: string };
type Page = { readonly data: readonly Row[]; readonly nextCursor: string | null };

/** Events of the log, by what they are about and what became of them. */
export const searchEvents = tool({
  name: 'search_events',
  title: 'Search events',
  description:
    'Find webhook events in the log, newest first, by type, entity, correlation id, time, or the ' +
    'state of their deliveries. Answers summaries without data. An answer may have fewer events ' +
    `than asked for, or none, and still a nextCursor: go on with it. ${untrusted}`,
  input: Input,
  output: closed({
    events: Type.Array(Type.Object({}), { description: 'Summaries; data is left out.' }),
    deliveries: Type.Optional(
      Type.Array(Type.Object({}), { description: 'With deliveryState: those that fit.' }),
    ),
    lookedAtCount: Type.Integer({ description: 'How many rows were looked at.' }),
    nextCursor: orNull(Type.String({ description: 'Where to go on; null at the end.' })),
  }),
  isReadOnly: true,
  run: async ({ input, api }) =>
    JSON.stringify(await (input.deliveryState === undefined ? byEvent : byDelivery)(api, input)),
});

/** The list knows nothing of entities, so pages of it are looked through, up to so many. */
async function byEvent(api: Caller, wish: Wish) {
  const { type, correlationId, limit = limits.mcpRowsDefault } = wish;
  const events: Row[] = [];
  let [lookedAtCount, nextCursor] = [0, wish.cursor ?? null];
  for (let pages = 1; pages <= limits.mcpPages; pages += 1) {
    const query = { type, correlationId, ...pageOf(wish), limit: limit - events.length };
    const page = await read(api, '/v1/events', { ...query, cursor: nextCursor ?? undefined });
    lookedAtCount += page.data.length;
    events.push(...page.data.filter((row) => isAbout(row, wish)));
    ({ nextCursor } = page);
    if (nextCursor === null || events.length >= limit) break;
  }
  return { events, lookedAtCount, nextCursor };
}

async function byDelivery(api: Caller, wish: Wish) {
  const { deliveryState: state, limit = limits.mcpRowsDefault, cursor } = wish;
  const page = await read(api, '/v1/deliveries', { state, ...pageOf(wish), limit, cursor });
  const ids = new Set(page.data.flatMap(({ eventId }) => eventId ?? []));
  const found = await Promise.all([...ids].map((id) => summary(api, id)));
  const events = found.filter((row) => row !== null && fits(row, wish));
  const kept = new Set(events.map((row) => row?.id));
  const deliveries = page.data.filter(({ eventId }) => kept.has(eventId));
  return { events, deliveries, lookedAtCount: page.data.length, nextCursor: page.nextCursor };
}

function pageOf({ since, until }: Wish) {
  return { 'createdAt[gte]': since, 'createdAt[lt]': until };
}

async function read(
  api: Caller,
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): Promise<Page> {
  return JSON.parse(await api.get(path, query)) as Page;
}

type Summary = Row & { readonly type: string; readonly correlationId: string };

/** An event without its data; retention may have removed it meanwhile. */
async function summary(api: Caller, id: string): Promise<Summary | null> {
  const text = await api.get(`/v1/events/${encodeURIComponent(id)}`).catch(() => null);
  if (text === null) return null;
  const {
    data: _data,
    dataBase64: _base64,
    ...rest
  } = JSON.parse(text) as Summary & {
    readonly data?: unknown;
    readonly dataBase64?: unknown;
  };
  return rest;
}

function fits(row: Summary, wish: Wish): boolean {
  const isType = wish.type === undefined || row.type === wish.type;
  const isChain = wish.correlationId === undefined || row.correlationId === wish.correlationId;
  return isType && isChain && isAbout(row, wish);
}

function isAbout({ entity }: Row, { entityType, entityId }: Wish): boolean {
  if (entityType === undefined && entityId === undefined) return true;
  if (entityType !== undefined && entity?.type !== entityType) return false;
  return entityId === undefined || entity?.id === entityId;
}
