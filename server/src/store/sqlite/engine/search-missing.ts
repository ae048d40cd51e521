import type { EndpointId, Position } from '../../../core/ids.ts';
import { limits } from '../../../core/limits.ts';
import { compileTypes } from '../../../core/match-type.ts';
import type { HeldEvents } from '../../../core/replay.ts';
import type { MissingCandidate, ReplaySearch, Searched } from '../../replays.ts';
import { pastHops } from './chain-reads.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { isHeldRow } from './delivery-row.ts';
import type { DeliveryRow } from './delivery-row.ts';
import type { Value } from './database.ts';
import { eventColumns, toStoredEvent } from './event-row.ts';
import type { EventRow } from './event-row.ts';
import { packId } from './id-blob.ts';
import { namedEvents, openRange } from './replay-ranges.ts';
import type { Range } from './replay-ranges.ts';

type FoundRow = EventRow & { data: Uint8Array };

/** A delivery that was planned with its event. */
type Behind = Pick<DeliveryRow, 'position' | 'endpoint' | 'is_replay' | 'state' | 'ended_by'>;

/** What one search has used of what it may. */
class Budget {
  #rows = 0;
  #bytes = 0;

  spend(rows: number, bytes: number): void {
    this.#rows += rows;
    this.#bytes += bytes;
  }

  get isSpent(): boolean {
    return this.#rows >= limits.replayScanRows || this.#bytes >= limits.replayStepBytes;
  }
}

/** Events with who has them already, in position order; bounded in rows and bytes. */
export function searchMissing(
  context: ReadContext,
  search: ReplaySearch,
): Searched<MissingCandidate> {
  const { types } = search.request;
  const wants = types === null ? () => true : compileTypes(types);
  const found: MissingCandidate[] = [];
  const budget = new Budget();
  let examinedCount = 0;
  for (const row of eventsOf(context, search)) {
    examinedCount += 1;
    budget.spend(1, 0);
    if (isInTime(row, search) && wants(context.names.text(row.type))) {
      const event = { ...row, data: dataOf(context, row) };
      budget.spend(row.delivery_count, event.data.byteLength);
      found.push({ ...toCandidate(context, event), seenCount: examinedCount });
    }
    if (found.length >= search.limit || budget.isSpent) {
      return { found, examinedCount, position: row.position as Position, isDone: false };
    }
  }
  return { found, examinedCount, position: search.upTo, isDone: true };
}

function* eventsOf(context: ReadContext, search: ReplaySearch): Generator<EventRow, void> {
  const tenant = tenantKey(context, search.tenantId);
  if (tenant === null) return;
  const within = openRange(context, search);
  const { held } = search.request;
  if (held !== undefined) {
    yield* heldEvents(context, { tenant, within, held });
    return;
  }
  const named = namedEvents(context, tenant, { search, within });
  // A plus keeps a named event from being looked for among all of the tenant.
  const column = named === null ? 'tenant' : '+tenant';
  const sql =
    `SELECT ${eventColumns} FROM events WHERE ${column} = ? AND position > ? AND position <= ? ` +
    'ORDER BY position';
  const ranges: readonly Range[] = named ?? [within];
  for (const { above, through } of ranges) {
    const values: Value[] = [tenant, above, through];
    yield* context.db.each<EventRow>(sql, ...values);
  }
}

function heldEvents(
  { db }: ReadContext,
  { tenant, within, held }: { tenant: number; within: Range; held: HeldEvents },
): Generator<EventRow, void> {
  return db.each<EventRow>(
    `SELECT ${eventColumns} FROM events WHERE correlation = ? AND tenant = ? AND ${pastHops} ` +
      'AND position > ? AND position <= ? AND hops > ? AND hops <= ? ORDER BY position',
    packId('event', held.correlationId),
    tenant,
    within.above,
    within.through,
    held.hopsOver,
    held.hopsUpTo,
  );
}

function isInTime({ accepted_at: at }: EventRow, { request }: ReplaySearch): boolean {
  const { since, until } = request;
  return (since === null || at >= since) && (until === null || at < until);
}

function dataOf({ db }: ReadContext, { position }: EventRow): Uint8Array {
  const row = db.get<{ data: Uint8Array }>('SELECT data FROM events WHERE position = ?', position);
  return row?.data ?? new Uint8Array();
}

function toCandidate(context: ReadContext, row: FoundRow): Omit<MissingCandidate, 'seenCount'> {
  const { db, names } = context;
  const behind = db.all<Behind>(
    `SELECT position, endpoint, is_replay, state, ended_by FROM deliveries
      WHERE position > ? AND position <= ?`,
    row.position,
    row.position + row.delivery_count,
  );
  const replayed = db.all<{ endpoint: number }>(
    'SELECT endpoint FROM deliveries WHERE event = ? AND is_replay = 1 LIMIT ?',
    row.position,
    limits.deliveriesPerEvent,
  );
  const endpoints = new Set([...behind, ...replayed].map(({ endpoint }) => endpoint));
  const idOf = (endpoint: number): EndpointId => names.text(endpoint) as EndpointId;
  return {
    event: toStoredEvent(row, names),
    endpointIds: [...endpoints].map(idOf),
    isReplays: behind.some((each) => each.is_replay === 1),
    held: behind.filter(isHeldRow).map(({ position, endpoint }) => ({
      position: position as Position,
      endpointId: idOf(endpoint),
    })),
  };
}
