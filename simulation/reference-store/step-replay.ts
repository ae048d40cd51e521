import type { EndpointId, Position } from '../../server/src/core/ids.ts';
import type { Instant } from '../../server/src/core/instant.ts';
import { isHeld } from '../../server/src/core/is-held.ts';
import type { ReplayMake, ReplayStep, ReplayStepAnswer } from '../../server/src/store/replays.ts';
import { insertDelivery } from './accept-event.ts';
import { changeDelivery } from './change-delivery.ts';
import type { Stand } from './coalesce-deliveries.ts';
import type { RowState } from './delivery-row.ts';
import { rowKey } from './image.ts';
import type { EventRow, Image } from './image.ts';
import { findReplay, keepReplay } from './replay-jobs.ts';

type Made = 'made' | 'skipped' | 'failed';

/** Writes a batch of a job together with its cursor. */
export function stepReplay(image: Image, step: ReplayStep): ReplayStepAnswer {
  const entry = findReplay(image, { tenantId: step.tenantId, id: step.replayId });
  if (entry === null || entry.claim?.node !== step.node) return { is: 'overtaken' };
  const { job } = entry;
  if (job.version !== step.expects || job.state !== 'running') return { is: 'overtaken' };
  if (image.isFull) return { is: 'refused', because: 'disk_full' };
  const counts: Record<Made, number> = { made: 0, skipped: step.skippedCount, failed: 0 };
  const endpointIds = new Set<EndpointId>();
  for (const make of step.makes) {
    const became = makeOne(image, step, make);
    counts[became] += 1;
    if (became === 'made') endpointIds.add(make.endpointId);
  }
  for (const position of step.releases) {
    const { became, endpointId } = releaseOne(image, step, position);
    counts[became] += 1;
    if (endpointId !== null) endpointIds.add(endpointId);
  }
  const { progress } = job;
  const stepped = {
    ...job,
    state: step.ends?.is ?? job.state,
    version: job.version + 1,
    cursor: step.position,
    progress: {
      examinedCount: progress.examinedCount + step.examinedCount,
      madeCount: progress.madeCount + counts.made,
      skippedCount: progress.skippedCount + counts.skipped,
      failedCount: progress.failedCount + counts.failed,
    },
    startedAt: job.startedAt ?? step.at,
    endedAt: step.ends === null ? null : step.at,
    error: step.ends?.is === 'failed' ? step.ends.error : null,
  };
  const claim = { node: step.node, endsAt: image.clock.now() + step.claimMs };
  keepReplay(image, { job: stepped, claim });
  return { is: 'stepped', job: stepped, endpointIds: [...endpointIds] };
}

function makeOne(image: Image, { tenantId, replayId, at }: ReplayStep, make: ReplayMake): Made {
  const { eventPosition, endpointId, subscriptionId, ofPosition, newEventId } = make;
  const row = image.events.at(eventPosition);
  if (row?.event.tenantId !== tenantId || row.event.dataErasedAt !== undefined) return 'failed';
  const isThere = image.deliveries
    .ofEvent(eventPosition)
    .some(({ now: { delivery } }) => delivery.isReplay && delivery.endpointId === endpointId);
  if (ofPosition === null && isThere) return 'skipped';
  const of = ofPosition === null ? undefined : image.deliveries.at(ofPosition)?.now;
  const event = newEventId === null ? row : copyEvent(image, row, { id: newEventId, at });
  const callback = of?.callback ?? null;
  const planned = { id: make.deliveryId, endpointId, subscriptionId, dueAt: at };
  const outside = { orderKey: null, isReplay: true };
  insertDelivery(
    image,
    { ...planned, ...outside, ...(callback === null ? {} : { callback }) },
    { row: event, replayed: { replayId, at }, stand: of === undefined ? null : mergedOf(of, at) },
  );
  return 'made';
}

/** Has a delivery that is made again tell of the same changes as the one it is made of. */
function mergedOf({ delivery, standing }: RowState, dueAt: Instant): Stand | null {
  const { merged, supersededCount = 0 } = delivery;
  if (standing === null || merged === undefined || merged.from === merged.to) return null;
  const closed = { ...standing, isOpen: false, windowEnd: null };
  return { standing: closed, dueAt, merged, supersededCount };
}

/** Lets a held delivery go; one that is held no more stays as it is. */
function releaseOne(
  image: Image,
  { tenantId, at }: ReplayStep,
  position: Position,
): { became: Made; endpointId: EndpointId | null } {
  const delivery = image.deliveries.at(position)?.now.delivery;
  if (delivery?.tenantId !== tenantId) return { became: 'failed', endpointId: null };
  const { id: deliveryId, endpointId, eventPosition, state } = delivery;
  const isErased = image.events.at(eventPosition)?.event.dataErasedAt !== undefined;
  if (isErased) return { became: 'failed', endpointId: null };
  if (!isHeld(state)) return { became: 'skipped', endpointId: null };
  changeDelivery(image, { tenantId, deliveryId, at, to: 'retry' });
  return { became: 'made', endpointId };
}

/** A new event with the content of an old one, which caused it. */
function copyEvent(
  image: Image,
  { event: old }: EventRow,
  { id, at }: { id: NonNullable<ReplayMake['newEventId']>; at: ReplayStep['at'] },
): EventRow {
  const position = image.nextPosition();
  const { trace: _trace, ...kept } = old;
  const event = {
    ...kept,
    ...{ id, position, acceptedAt: at, causationId: old.id, hops: old.hops + 1, ceId: null },
  };
  const row = { event, position, planId: id, deliveryCount: 1 };
  image.events.insert(rowKey(event.tenantId, id), row);
  return row;
}
