import assert from 'node:assert/strict';
import type { PendingDelivery } from '../../core/delivery.ts';
import type { Position } from '../../core/ids.ts';
import type { ReplayJob, ReplayRequest } from '../../core/replay.ts';
import type { NewReplay, ReplayMake, ReplayStep, ReplayStepAnswer } from '../replays.ts';
import type { Store } from '../store.ts';
import { acme, at, left } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** How long a claim lasts that {@link claimOne} makes. */
export const claimMs = 30_000;

/** A request for every dead letter, unless `parts` says otherwise. */
export function replayRequest(parts: Partial<ReplayRequest> = {}): ReplayRequest {
  return {
    ...{ only: 'dead', as: 'same', endpointId: null, types: null, since: null, until: null },
    ...{ eventIds: null, deliveryIds: null, ratePerSecond: null },
    ...parts,
  };
}

/** A job of acme over all that is stored by now. */
export async function newReplay(
  store: Store,
  {
    request,
    ...parts
  }: Partial<Omit<NewReplay, 'request'>> & { request?: Partial<ReplayRequest> } = {},
): Promise<NewReplay> {
  const { position } = await store.queue.tail({ shards: [], after: null, limit: 1 });
  return {
    ...{ id: sampleId('replay'), tenantId: acme, upperPosition: position, createdAt: at(0) },
    ...{ request: replayRequest(request), idempotency: null },
    ...parts,
  };
}

/** Makes a job and insists that it was made. */
export async function makeOne(
  store: Store,
  parts: Parameters<typeof newReplay>[1] = {},
): Promise<ReplayJob> {
  const answer = await store.replays.make(await newReplay(store, parts));
  assert.ok(answer.is === 'made', `expected made, was ${answer.is}`);
  return answer.job;
}

/** Claims what runs and answers the job as its node now holds it. */
export async function claimOne(store: Store, { id }: ReplayJob, node = left): Promise<ReplayJob> {
  const held = await store.replays.claim({ node, claimMs, limit: 100 });
  const job = held.find((each) => each.id === id);
  assert.ok(job, `${node} was not given ${id}`);
  return job;
}

/** Makes a job that a node holds. */
export async function heldOne(
  store: Store,
  parts: Parameters<typeof newReplay>[1] = {},
): Promise<ReplayJob> {
  return claimOne(store, await makeOne(store, parts));
}

/** A delivery made again as it is, unless `parts` says otherwise. */
export function replayMake(of: PendingDelivery, parts: Partial<ReplayMake> = {}): ReplayMake {
  const { endpointId, subscriptionId, eventPosition, position } = of;
  const deliveryId = sampleId('delivery');
  const make = { deliveryId, endpointId, subscriptionId, eventPosition };
  return { ...make, ofPosition: position, newEventId: null, ...parts };
}

/** A step that does not end its job, unless `parts` says otherwise. */
export function replayStep(job: ReplayJob, parts: Partial<ReplayStep> = {}): ReplayStep {
  const { id: replayId, tenantId, version: expects, upperPosition: position } = job;
  return {
    ...{ tenantId, replayId, node: left, claimMs, expects, at: at(700), position },
    ...{ makes: [], releases: [], examinedCount: 0, skippedCount: 0, ends: null },
    ...parts,
  };
}

/** Takes a step and insists that it was taken. */
export async function stepOne(
  store: Store,
  step: ReplayStep,
): Promise<ReplayStepAnswer & { is: 'stepped' }> {
  const answer = await store.replays.step(step);
  assert.ok(answer.is === 'stepped', `expected stepped, was ${answer.is}`);
  return answer;
}

/** A search through everything up to a job's end. */
export function searchOf({ tenantId, request, upperPosition: upTo }: ReplayJob, limit = 100) {
  return { tenantId, request, after: 0 as Position, upTo, limit };
}
