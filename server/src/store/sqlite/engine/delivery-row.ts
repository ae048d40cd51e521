import type {
  CancelReason,
  DeadReason,
  Delivery,
  DeliveryState,
  PendingDelivery,
} from '../../../core/delivery.ts';
import type {
  DeliveryId,
  EndpointId,
  EventId,
  Position,
  ReplayId,
  SubscriptionId,
  TenantId,
} from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import { openCallback } from './callback-row.ts';
import type { ReadContext } from './context.ts';
import { unpackId } from './id-blob.ts';
import type { StoredId } from './id-blob.ts';
import type { Names } from './names.ts';

/** The numbers that states are stored as. The due indexes of the schema name `pending` as 0. */
export const states = { pending: 0, delivered: 1, dead: 2, superseded: 3, cancelled: 4 } as const;

/** What `ended_by` says of a delivery that waits for the release of its event's chain. */
export const heldReason = 'held' satisfies CancelReason;

/** How a delivery stands in the order of its key; see the schema. */
export const places = { outside: 0, head: 1, follower: 2, holder: 3 } as const;

/** What `is_replay` holds: whether, and where, more stands about a delivery. */
export const kinds = { planned: 0, replay: 1, coalescing: 2 } as const;

/** A delivery as stored. */
export type DeliveryRow = {
  position: number;
  id: StoredId;
  tenant: number;
  event: number;
  endpoint: number;
  subscription: number | null;
  state: number;
  place: number;
  is_replay: number;
  due_at: number;
  first_due_at: number;
  attempt_count: number;
  budget_from: number;
  failing_since: number | null;
  ended_at: number | null;
  ended_by: StoredId | null;
  order_key: string | null;
};

/** The columns that decide what may become of a delivery. */
export type StandingRow = Pick<
  DeliveryRow,
  | 'position'
  | 'tenant'
  | 'event'
  | 'endpoint'
  | 'state'
  | 'place'
  | 'attempt_count'
  | 'due_at'
  | 'ended_at'
  | 'ended_by'
  | 'order_key'
>;

/** A delivery with what it takes from its event, and its sealed target when it is a callback's. */
export type JoinedDeliveryRow = DeliveryRow & {
  event_id: StoredId;
  accepted_at: number;
  callback: Uint8Array | null;
  /** The replay that made it, or how it stands for others; see {@link kinds}. */
  more: string | null;
  /** Only of a delivery that a replay made. */
  replayed_at: number | null;
};

/** A column of what is kept of a replay's delivery; costs the others nothing. */
const ofReplay = (column: string): string =>
  `CASE d.is_replay WHEN ${kinds.replay} THEN ` +
  `(SELECT r.${column} FROM replayed r WHERE r.delivery = d.position) END`;

const stand =
  "(SELECT coalesce(s.merged_from, 0) || ' ' || coalesce(s.merged_to, 0) || ' ' || " +
  's.superseded_count FROM coalescing s WHERE s.delivery = d.position)';

/** One column for what few deliveries have; looks nowhere for the others. */
const more =
  `CASE d.is_replay WHEN ${kinds.replay} THEN ` +
  `(SELECT r.replay || coalesce(' ' || ${stand}, '') FROM replayed r ` +
  `WHERE r.delivery = d.position) WHEN ${kinds.coalescing} THEN ${stand} END`;

/** When a delivery `d` of an event `e` was made. */
export const createdAt = `coalesce(${ofReplay('at')}, e.accepted_at)`;

/** Selects {@link JoinedDeliveryRow}s; add WHERE on `d` (the delivery) and `e` (its event). */
export const selectDeliveries =
  'SELECT d.*, e.id AS event_id, e.accepted_at AS accepted_at, c.target AS callback, ' +
  `${more} AS more, ${ofReplay('at')} AS replayed_at ` +
  'FROM deliveries d CROSS JOIN events e ON e.position = d.event ' +
  'LEFT JOIN callbacks c ON c.delivery = d.position';

/** Whether a delivery waits for the release of its event's chain, or for somebody's retry. */
export function isHeldRow({ state, ended_by: by }: Pick<DeliveryRow, 'state' | 'ended_by'>) {
  return state === states.cancelled && by === heldReason;
}

type Around = Pick<ReadContext, 'names' | 'sealer'>;

/** Shows no more of a callback's target than its URL. */
export function toDelivery(row: JoinedDeliveryRow, { names, sealer }: Around): Delivery {
  const replayId = row.is_replay === kinds.replay ? row.more?.split(' ', 1)[0] : undefined;
  const replay = replayId === undefined ? {} : { replayId: replayId as ReplayId };
  const delivery = { ...deliveryFields(row, names), ...replay, state: toState(row) };
  if (row.callback === null) return delivery;
  return { ...delivery, callbackUrl: openCallback(sealer, row.position, row.callback).url };
}

/** Only for a row that is pending. */
export function toPendingDelivery(
  row: JoinedDeliveryRow,
  { names, sealer }: Around,
): PendingDelivery {
  const delivery = { ...deliveryFields(row, names), dueAt: row.due_at as Instant };
  if (row.callback === null) return delivery;
  return { ...delivery, callback: openCallback(sealer, row.position, row.callback) };
}

/** The state that a row stands in. */
export function toState(row: StandingRow): DeliveryState {
  const at = (row.ended_at ?? row.due_at) as Instant;
  switch (row.state) {
    case states.pending:
      return { is: 'pending', dueAt: row.due_at as Instant };
    case states.delivered:
      return { is: 'delivered', at };
    case states.dead:
      return { is: 'dead', at, reason: row.ended_by as DeadReason };
    case states.superseded:
      return { is: 'superseded', at, by: unpackId('delivery', row.ended_by ?? '') as DeliveryId };
    case states.cancelled:
      return { is: 'cancelled', at, reason: row.ended_by as CancelReason };
    default:
      throw new Error(`delivery ${row.position} has the unknown state ${row.state}`);
  }
}

function deliveryFields(
  row: JoinedDeliveryRow,
  names: Names,
): Omit<Delivery, 'state' | 'callbackUrl' | 'replayId'> {
  const fields = {
    id: unpackId('delivery', row.id) as DeliveryId,
    position: row.position as Position,
    tenantId: names.text(row.tenant) as TenantId,
    eventId: unpackId('event', row.event_id) as EventId,
    eventPosition: row.event as Position,
    endpointId: names.text(row.endpoint) as EndpointId,
    subscriptionId:
      row.subscription === null ? null : (names.text(row.subscription) as SubscriptionId),
    orderKey: row.order_key,
    isReplay: row.is_replay === kinds.replay,
    createdAt: (row.replayed_at ?? row.accepted_at) as Instant,
    firstDueAt: row.first_due_at as Instant,
    attemptCount: row.attempt_count,
    budgetFrom: row.budget_from,
    failingSince: row.failing_since as Instant | null,
  };
  return row.more === null ? fields : { ...fields, ...standFields(row.more) };
}

/** Behind the id of a replay, if one made the delivery. Versions begin at 1. */
function standFields(text: string): Pick<Delivery, 'merged' | 'supersededCount'> {
  const words = text.split(' ');
  const [from = 0, to = 0, count = 0] = words.length < 3 ? [] : words.slice(-3).map(Number);
  return {
    ...(from === 0 ? {} : { merged: { from, to } }),
    ...(count === 0 ? {} : { supersededCount: count }),
  };
}
