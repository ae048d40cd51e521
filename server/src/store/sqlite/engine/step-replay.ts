import type { EndpointId } from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import type { ReplayMake, ReplayStep, ReplayStepAnswer } from '../../replays.ts';
import { insertDelivery } from './accept.ts';
import { releaseDelivery } from './release-delivery.ts';
import { openCallback } from './callback-row.ts';
import { copyMerged } from './coalescing-row.ts';
import type { WriteContext } from './context.ts';
import { nextPosition } from './context.ts';
import { countEvent, countMade } from './count-move.ts';
import { packId } from './id-blob.ts';
import { findReplayRow, replayStates, toReplayJob } from './replay-row.ts';
import type { ReplayRow } from './replay-row.ts';

type Made = 'made' | 'skipped' | 'failed';
type Around = { readonly context: WriteContext; readonly row: ReplayRow; readonly at: Instant };

/** Writes a batch of a job together with its cursor, unless the job is no longer the same. */
export function stepReplay(context: WriteContext, step: ReplayStep): ReplayStepAnswer {
  const asked = { tenantId: step.tenantId, id: step.replayId };
  const row = findReplayRow(context, asked);
  if (row === null || !isOf(context, row, step)) return { is: 'overtaken' };
  const counts: Record<Made, number> = { made: 0, skipped: step.skippedCount, failed: 0 };
  const endpointIds = new Set<EndpointId>();
  for (const make of step.makes) {
    const became = makeOne({ context, row, at: step.at }, make);
    counts[became] += 1;
    if (became === 'made') endpointIds.add(make.endpointId);
  }
  for (const position of step.releases) {
    const { became, endpointId } = releaseDelivery(context, row, { position, at: step.at });
    counts[became] += 1;
    if (endpointId !== null) endpointIds.add(endpointId);
  }
  keepProgress(context, row, { step, counts });
  const job = findReplayRow(context, asked) ?? row;
  return { is: 'stepped', job: toReplayJob(job, context), endpointIds: [...endpointIds] };
}

function isOf({ epoch }: WriteContext, row: ReplayRow, { node, expects }: ReplayStep): boolean {
  const isHeld = row.claimed_by === node && row.claim_epoch === epoch;
  return isHeld && row.version === expects && row.state === replayStates.running;
}

function makeOne(around: Around, make: ReplayMake): Made {
  const { context, row } = around;
  const event = eventOf(around, make);
  if (event === null) return 'failed';
  if (make.ofPosition === null && hasReplayed(context, row.tenant, make)) return 'skipped';
  const callback = make.ofPosition === null ? {} : callbackOf(context, make.ofPosition);
  const { tenant } = row;
  const endpoint = context.names.make('endpoint', tenant, make.endpointId);
  insertDelivery(context, {
    ...{ tenant, endpoint },
    event: make.newEventId === null ? event : copyEvent(around, event, make.newEventId),
    delivery: {
      id: make.deliveryId,
      endpointId: make.endpointId,
      subscriptionId: make.subscriptionId,
      dueAt: around.at,
      orderKey: null,
      isReplay: true,
      ...callback,
    },
    stand: null,
  });
  const { counters, db } = context;
  db.run('INSERT INTO replayed VALUES (?, ?, ?)', counters.position, row.id, around.at);
  if (make.ofPosition !== null) copyMerged(context, { of: make.ofPosition, to: counters.position });
  countMade(context, { tenant, endpoint }, around.at);
  return 'made';
}

/** Null when it is gone or its data was erased. */
function eventOf({ context, row }: Around, { eventPosition }: ReplayMake): number | null {
  const found = context.db.get<{ position: number }>(
    `SELECT position FROM events e WHERE position = ? AND tenant = ?
      AND NOT EXISTS (SELECT 1 FROM erased_events x WHERE x.event = e.position)`,
    eventPosition,
    row.tenant,
  );
  return found?.position ?? null;
}

/** Whether another replay was quicker; what accept made was seen when the event was found. */
function hasReplayed(
  { db, names }: WriteContext,
  tenant: number,
  { eventPosition, endpointId }: ReplayMake,
): boolean {
  const endpoint = names.make('endpoint', tenant, endpointId);
  const found = db.get(
    'SELECT 1 FROM deliveries WHERE event = ? AND is_replay = 1 AND endpoint = ? LIMIT 1',
    eventPosition,
    endpoint,
  );
  return found !== null;
}

function callbackOf({ db, sealer }: WriteContext, position: number) {
  const kept = db.get<{ target: Uint8Array }>(
    'SELECT target FROM callbacks WHERE delivery = ?',
    position,
  );
  return kept === null ? {} : { callback: openCallback(sealer, position, kept.target) };
}

/**
 * A new event with the content of an old one, which caused it; answers its position. It has one
 * delivery, which must be inserted next. What made the old one unique to its publisher is not kept.
 */
function copyEvent({ context, row, at }: Around, from: number, newId: string): number {
  const position = nextPosition(context);
  const id = packId('event', newId);
  context.db.run(
    `INSERT INTO events (position, id, tenant, type, delivery_count, accepted_at, happened_at, plan,
      correlation, causation, hops, source, key, entity_type, entity_id, content_type, ce_id,
      metadata, data)
      SELECT ?, ?, tenant, type, 1, ?, happened_at, ?, coalesce(correlation, id), id, hops + 1,
        source, key, entity_type, entity_id, content_type, NULL, metadata, data
      FROM events WHERE position = ?`,
    position,
    id,
    at,
    id,
    from,
  );
  countEvent(context, row.tenant, at);
  return position;
}

function keepProgress(
  { db, now }: WriteContext,
  { position }: ReplayRow,
  { step, counts }: { step: ReplayStep; counts: Record<Made, number> },
): void {
  const { ends, at } = step;
  db.run(
    `UPDATE replays SET version = version + 1, state = ?, cursor = ?, examined = examined + ?,
      made = made + ?, skipped = skipped + ?, failed = failed + ?,
      started_at = coalesce(started_at, ?), ended_at = ?, error = ?,
      claim_ends_at = ? WHERE position = ?`,
    replayStates[ends?.is ?? 'running'],
    step.position,
    step.examinedCount,
    counts.made,
    counts.skipped,
    counts.failed,
    at,
    ends === null ? null : at,
    ends?.is === 'failed' ? ends.error : null,
    now() + step.claimMs,
    position,
  );
}
