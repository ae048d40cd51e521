import { isHeld } from '../../server/src/core/is-held.ts';
import { judgeReplay } from '../../server/src/core/judge-replay.ts';
import { compileTypes } from '../../server/src/core/match-type.ts';
import type { Delivery } from '../../server/src/core/delivery.ts';
import type { StoredEvent } from '../../server/src/core/event.ts';
import type { HeldEvents } from '../../server/src/core/replay.ts';
import type { Position } from '../../server/src/core/ids.ts';
import type {
  MissingCandidate,
  ReplayCandidate,
  ReplaySearch,
  Searched,
} from '../../server/src/store/replays.ts';
import type { Image } from './image.ts';

/** Deliveries that a replay may ask for. */
export function searchReplays(image: Image, search: ReplaySearch): Searched<ReplayCandidate> {
  const { request, tenantId } = search;
  const rows = [...image.deliveries.rows].map(({ now }) => now.delivery);
  return page(rows, search, (delivery) => {
    const event = image.events.at(delivery.eventPosition)?.event;
    const isMeant =
      delivery.tenantId === tenantId &&
      event !== undefined &&
      isOfEvents(event, search) &&
      names(request.deliveryIds, delivery.id) &&
      names(request.endpointId && [request.endpointId], delivery.endpointId) &&
      isWanted(delivery, search);
    return isMeant ? toCandidate(delivery) : null;
  });
}

/** Events, each with who has a delivery of it. */
export function searchMissing(image: Image, search: ReplaySearch): Searched<MissingCandidate> {
  return page([...image.events.rows], search, ({ event, position }, seenCount) => {
    if (event.tenantId !== search.tenantId || !isOfEvents(event, search)) return null;
    const deliveries = image.deliveries.ofEvent(position).map(({ now }) => now.delivery);
    const behind = deliveries.slice(0, image.events.at(position)?.deliveryCount);
    return {
      event,
      seenCount,
      endpointIds: [...new Set(deliveries.map(({ endpointId }) => endpointId))],
      isReplays: behind.some(({ isReplay }) => isReplay),
      held: behind
        .filter(({ state }) => isHeld(state))
        .map((each) => ({ position: each.position, endpointId: each.endpointId })),
    };
  });
}

function isOfEvents(event: StoredEvent, { request }: ReplaySearch): boolean {
  const { types, eventIds, since, until, held } = request;
  return (
    (held === undefined || isHeldBy(event, held)) &&
    (types === null || compileTypes(types)(event.type)) &&
    names(eventIds, event.id) &&
    (since === null || event.acceptedAt >= since) &&
    (until === null || event.acceptedAt < until)
  );
}

function isHeldBy(event: StoredEvent, { correlationId, hopsOver, hopsUpTo }: HeldEvents): boolean {
  const { hops } = event;
  return event.correlationId === correlationId && hops > hopsOver && hops <= hopsUpTo;
}

/** Judged as if it were no replay's and its endpoint took all: whoever asks decides about those. */
function isWanted({ state, attemptCount }: Delivery, { request }: ReplaySearch): boolean {
  const subject = { state: state.is, attemptCount, isReplay: false };
  return judgeReplay(request.only, subject, { is: 'active' }).do === 'make';
}

function names<Id>(wanted: readonly Id[] | null, id: Id): boolean {
  return wanted === null || wanted.includes(id);
}

function toCandidate(delivery: Delivery): ReplayCandidate {
  const { id, position, eventId, eventPosition, endpointId, subscriptionId } = delivery;
  const { attemptCount, isReplay, state } = delivery;
  const named = { id, position, eventId, eventPosition, endpointId, subscriptionId };
  return { ...named, state: state.is, attemptCount, isReplay };
}

type Row = { readonly position: Position };

function page<R extends Row, Found>(
  rows: readonly R[],
  { after, upTo, limit }: ReplaySearch,
  find: (row: R, seenCount: number) => Found | null,
): Searched<Found> {
  const found: Found[] = [];
  let examinedCount = 0;
  for (const row of rows) {
    if (row.position <= after || row.position > upTo) continue;
    examinedCount += 1;
    const one = find(row, examinedCount);
    if (one !== null) found.push(one);
    if (found.length === limit) {
      return { found, examinedCount, position: row.position, isDone: false };
    }
  }
  return { found, examinedCount, position: upTo, isDone: true };
}
