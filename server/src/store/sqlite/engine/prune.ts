import type { Instant } from '../../../core/instant.ts';
import type { PruneRequest } from '../../store.ts';
import { oldestNeeded } from './coalescing-row.ts';
import type { WriteContext } from './context.ts';
import { kinds, states } from './delivery-row.ts';
import type { DeliveryRow } from './delivery-row.ts';
import type { StoredId } from './id-blob.ts';
import { keptBefore } from './kept-before.ts';
import { neededNotes } from './needed-notes.ts';
import { frees, promoteNext } from './order.ts';
import { removeGuarded } from './prune-guarded.ts';
import { RemovedPositions } from './removed-positions.ts';
import { removeEndedReplays, removeReplayed } from './prune-replays.ts';
import { pruneStats } from './prune-stats.ts';

/** Where the pass over old events stands; a new pass begins at 0. */
export type PruneCursor = { position: number };

type OldEvent = {
  position: number;
  delivery_count: number;
  accepted_at: number;
  id: StoredId;
  tenant: number;
  type: number;
};

/** One bounded step of retention; its answer counts the events that it removed. */
export function prune(
  context: WriteContext,
  request: PruneRequest,
  cursor: PruneCursor,
): { count: number; isDone: boolean } {
  keepHighWater(context);
  const { own } = request;
  if (own?.isFresh === true) cursor.position = 0;
  const kept = keptBefore(context, request);
  const old = oldEvents(context, cursor.position, request.limit);
  const isNoteNeeded = neededNotes(context, oldestNeeded(context));
  const removed = new RemovedPositions(context);
  let count = 0;
  let rows = 0;
  let seen = 0;
  for (const event of old) {
    if (event.accepted_at >= kept.latest || rows >= request.limit) break;
    seen += 1;
    cursor.position = event.position;
    const before = kept.of(event);
    if (event.accepted_at >= before || isNeeded(context, event, before)) continue;
    if (isNoteNeeded(event.position)) continue;
    rows += removeEvent(context, event);
    removed.add(event);
    count += 1;
  }
  removed.keep();
  const { countsBefore, limit } = request;
  const countRows = countsBefore === undefined ? 0 : pruneStats(context, countsBefore, limit);
  const endedRows = Math.max(countRows, removeEnded(context, request));
  const stopsAt = old[seen];
  const isPastOld = stopsAt === undefined ? old.length < request.limit : rows < request.limit;
  const isDone = isPastOld && endedRows < request.limit;
  // What is kept for longer would be passed over again and again.
  if (isDone && own === undefined) cursor.position = 0;
  return { count, isDone };
}

/** Raised before anything is deleted, so that a restart never gives a position twice. */
function keepHighWater({ db, counters }: WriteContext): void {
  db.run(`UPDATE meta SET value = ? WHERE name = 'position'`, counters.position);
}

function oldEvents({ db }: WriteContext, after: number, limit: number): OldEvent[] {
  return db.all<OldEvent>(
    `SELECT position, delivery_count, accepted_at, id, tenant, type FROM events
      WHERE position > ? ORDER BY position LIMIT ?`,
    after,
    limit,
  );
}

/** Pending deliveries need their event, and so do dead letters that died lately. */
function isNeeded({ db }: WriteContext, event: OldEvent, before: Instant): boolean {
  const isOwed = `(+state = ${states.pending} OR (+state = ${states.dead} AND ended_at >= ?))`;
  const planned = db.get(
    `SELECT 1 FROM deliveries WHERE position > ? AND position <= ? AND ${isOwed} LIMIT 1`,
    event.position,
    event.position + event.delivery_count,
    before,
  );
  if (planned !== null) return true;
  const replayed = db.get(
    `SELECT 1 FROM deliveries WHERE event = ? AND is_replay = 1 AND ${isOwed} LIMIT 1`,
    event.position,
    before,
  );
  return replayed !== null;
}

/** Answers how many rows went. */
function removeEvent(context: WriteContext, event: OldEvent): number {
  const { db } = context;
  const end = event.position + event.delivery_count;
  const deliveries = db.all<DeliveryRow>(
    'SELECT * FROM deliveries WHERE position > ? AND position <= ?',
    event.position,
    end,
  );
  let rows = 1 + deliveries.length + removeReplayed(context, event.position);
  for (const { position } of deliveries) {
    rows += db.run('DELETE FROM attempts WHERE delivery = ?', position);
  }
  db.run('DELETE FROM deliveries WHERE position > ? AND position <= ?', event.position, end);
  db.run('DELETE FROM callbacks WHERE delivery > ? AND delivery <= ?', event.position, end);
  if (deliveries.some((each) => each.is_replay !== kinds.planned)) {
    db.run('DELETE FROM coalescing WHERE delivery > ? AND delivery <= ?', event.position, end);
  }
  for (const delivery of deliveries) if (frees(delivery)) promoteNext(context, delivery);
  db.run('DELETE FROM events WHERE position = ?', event.position);
  db.run('DELETE FROM erased_events WHERE event = ?', event.position);
  if (typeof event.id === 'string') {
    db.run('DELETE FROM caller_events WHERE id = ? AND tenant = ?', event.id, event.tenant);
  }
  return rows + removeGuarded(context, event.position);
}

/** Removes ended idempotency rows and jobs, old changes and deaths; answers the largest count. */
function removeEnded(context: WriteContext, request: PruneRequest): number {
  const { db, now } = context;
  const { before, limit } = request;
  const ended = db.all<{ tenant: number; method: string; path: string; key: string }>(
    'SELECT tenant, method, path, key FROM idempotency WHERE expires_at <= ? LIMIT ?',
    Math.max(now(), before),
    limit,
  );
  for (const row of ended) {
    db.run(
      'DELETE FROM idempotency WHERE tenant = ? AND method = ? AND path = ? AND key = ?',
      row.tenant,
      row.method,
      row.path,
      row.key,
    );
  }
  const told = db.run(
    `DELETE FROM reports WHERE position IN
      (SELECT position FROM reports WHERE at < ? ORDER BY position LIMIT ?)`,
    request.before,
    request.limit,
  );
  const changes = db.run(
    `DELETE FROM changes WHERE position IN
      (SELECT position FROM changes WHERE at < ? ORDER BY position LIMIT ?)`,
    before,
    limit,
  );
  const deaths = db.run(
    `DELETE FROM deaths WHERE position IN
      (SELECT position FROM deaths WHERE at < ? ORDER BY position LIMIT ?)`,
    before,
    limit,
  );
  return Math.max(ended.length, told, changes, deaths, removeEndedReplays(context, request));
}
