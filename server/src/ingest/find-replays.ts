import { toldFields } from '../core/context/told-fields.ts';
import { judgeEndpoint, judgeReplay } from '../core/judge-replay.ts';
import type { DeliveryId, EndpointId, EventId, Position, SubscriptionId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { HeldDelivery, MissingCandidate, ReplayCandidate } from '../store/replays.ts';
import type { Replays, ReplaySearch, Searched } from '../store/replays.ts';
import type { WantedBy } from './wanted-by.ts';

export type FindReplaysDeps = {
  readonly replays: Pick<Replays, 'search' | 'searchMissing'>;
  readonly mirror: CatalogueMirror;
  readonly wanted: Pick<WantedBy, 'match'>;
};

/** A delivery that a replay is to make. */
export type ReplayAim = {
  readonly endpointId: EndpointId;
  readonly subscriptionId: SubscriptionId | null;
  readonly eventId: EventId;
  readonly eventPosition: Position;
  /** The delivery that is made again; null for a missing one. */
  readonly of: { readonly id: DeliveryId; readonly position: Position } | null;
};

/** What is to be made in a piece of the log, and how far that piece reaches. */
export type ReplayFinding = {
  readonly aims: readonly ReplayAim[];
  /** Where the deliveries stand that were held and are to go now. */
  readonly releases: readonly Position[];
  readonly examinedCount: number;
  readonly skippedCount: number;
  readonly position: Position;
  readonly isDone: boolean;
};

/**
 * Looks through a bounded piece of the log for what a replay asks for. Of missing deliveries it may
 * answer more than `limit`: those of one event belong together.
 */
export async function findReplays(
  deps: FindReplaysDeps,
  search: ReplaySearch,
): Promise<ReplayFinding> {
  if (search.request.only !== 'missing') {
    return chosenOf(deps, search, await deps.replays.search(search));
  }
  // A subscription made on another node decides too.
  await deps.mirror.refresh();
  // Most events lack nothing: a slow replay must not go through them one by one.
  const limit = Math.max(search.limit, limits.replayStepEvents);
  return missingOf(deps, search, await deps.replays.searchMissing({ ...search, limit }));
}

function chosenOf(
  { mirror }: FindReplaysDeps,
  { request, tenantId }: ReplaySearch,
  { found, ...searched }: Searched<ReplayCandidate>,
): ReplayFinding {
  const aims: ReplayAim[] = [];
  let skippedCount = 0;
  for (const candidate of found) {
    const endpoint = mirror.get('endpoint', tenantId, candidate.endpointId);
    const verdict = judgeReplay(request.only, candidate, endpoint?.value.status ?? null);
    if (verdict.do === 'make') aims.push(aimAt(candidate));
    if (verdict.do === 'skip') skippedCount += 1;
  }
  return { ...searched, aims, releases: [], skippedCount };
}

function aimAt({ id, position, ...candidate }: ReplayCandidate): ReplayAim {
  const { endpointId, subscriptionId, eventId, eventPosition } = candidate;
  return { endpointId, subscriptionId, eventId, eventPosition, of: { id, position } };
}

function missingOf(
  deps: FindReplaysDeps,
  search: ReplaySearch,
  { found, ...searched }: Searched<MissingCandidate>,
): ReplayFinding {
  const aims: ReplayAim[] = [];
  const releases: Position[] = [];
  let skippedCount = 0;
  for (const candidate of found) {
    aims.push(...missingFrom(deps, search, candidate));
    const held = heldWith(search, candidate);
    const going = held.filter(({ endpointId }) => isTaking(deps, search, endpointId));
    releases.push(...going.map(({ position }) => position));
    skippedCount += held.length - going.length;
    if (aims.length + releases.length < search.limit) continue;
    const { event, seenCount: examinedCount } = candidate;
    const isDone = searched.isDone && candidate === found.at(-1);
    const position = isDone ? searched.position : event.position;
    return { aims, releases, examinedCount, skippedCount, position, isDone };
  }
  return { ...searched, aims, releases, skippedCount };
}

/** What else is missing is not held: only the release of a chain lets go what waits for it. */
function heldWith({ request }: ReplaySearch, { held }: MissingCandidate): readonly HeldDelivery[] {
  return request.held === undefined ? [] : held;
}

function isTaking(
  { mirror }: FindReplaysDeps,
  { tenantId }: ReplaySearch,
  endpointId: EndpointId,
): boolean {
  const endpoint = mirror.get('endpoint', tenantId, endpointId);
  return judgeEndpoint(endpoint?.value.status ?? null).do === 'make';
}

function missingFrom(
  { wanted }: FindReplaysDeps,
  { request }: ReplaySearch,
  { event, endpointIds, isReplays }: MissingCandidate,
): ReplayAim[] {
  // A replay's own event was for one endpoint; that the others lack it is meant.
  if (isReplays) return [];
  const has = new Set(endpointIds);
  return wanted
    .match(event, toldFields(event))
    .filter(({ endpointId }) => !has.has(endpointId))
    .filter(({ endpointId }) => request.endpointId === null || request.endpointId === endpointId)
    .map(({ endpointId, subscription }) => ({
      endpointId,
      subscriptionId: subscription.id,
      eventId: event.id,
      eventPosition: event.position,
      of: null,
    }));
}
