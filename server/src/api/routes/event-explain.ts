import { AppError } from '../../core/app-error.ts';
import { toldFields } from '../../core/context/told-fields.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { StoredEvent } from '../../core/event.ts';
import { explainRouting } from '../../core/explain/explain-routing.ts';
import type { EventId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { Match } from '../../core/match-event.ts';
import type { Subscription } from '../../core/subscription.ts';
import type { ApiDeps } from '../deps.ts';
import { isHeldByChain } from '../chain-standing.ts';
import { deliveriesOfEvent } from '../deliveries-of-event.ts';
import { listAnswer, listOf, listQuery, pageOf, pageOfAll } from '../listing.ts';
import { route } from '../route.ts';
import { RoutingBody } from '../schemas/routing-schema.ts';
import { closed, idParams } from '../schemas/fields.ts';
import { routingView } from '../views/routing-view.ts';

/** Says of each endpoint of the tenant why it got an event, or did not. */
export const explainEvent = route({
  method: 'GET',
  path: '/v1/events/{id}/explain',
  summary: 'Say for each endpoint, newest first, why it got an event or which rule said no',
  scope: 'read',
  params: idParams,
  query: closed(listQuery),
  answers: { 200: listOf(RoutingBody) },
  fails: ['not_found', 'cursor_mismatch', 'validation_failed'],
  handle: async (call, deps) => {
    const { store, mirror, wanted } = deps;
    const id = call.params.id as EventId;
    const event = await store.finder.event({ tenantId: call.access.reach, id });
    if (event === null) throw new AppError('not_found', 'There is no such event.');
    const { tenantId } = event;
    const found = await deliveriesOfEvent(store.finder, { tenantId, eventId: event.id });
    const byEndpoint = Map.groupBy(found, ({ endpointId }) => endpointId);
    const endpoints = mirror
      .list('endpoint', tenantId)
      .filter(({ value }) => !value.isHidden || byEndpoint.has(value.id));
    const isHeld = found.every(isCallbacks) && (await isHeldByChain(store.finder, event));
    const matches = wanted.match(event, toldFields(event));
    const asked = pageOf(call);
    const page = { ...asked, limit: Math.min(asked.limit, limits.explainEndpoints) };
    const shown = pageOfAll(endpoints, page, ({ value }) => value.createdAt);
    return listAnswer(call, shown, ({ value }) =>
      explained(deps, {
        event,
        endpoint: value,
        deliveries: byEndpoint.get(value.id) ?? [],
        match: matches.find(({ endpointId }) => endpointId === value.id),
        isHeld,
      }),
    );
  },
});

/** An event that is held has none but its callback's, which may be retried alone. */
function isCallbacks({ subscriptionId, isReplay }: Delivery): boolean {
  return subscriptionId === null && !isReplay;
}

type Explained = {
  readonly event: StoredEvent;
  readonly endpoint: Endpoint;
  readonly deliveries: Delivery[];
  /** What it would be made for now. */
  readonly match: Match | undefined;
  readonly isHeld: boolean;
};

function explained({ mirror }: ApiDeps, parts: Explained) {
  const { event, endpoint, deliveries, isHeld } = parts;
  const subscriptions = judgedOf(mirror, parts);
  const routing = explainRouting(event, endpoint, { deliveries, subscriptions, isHeld });
  return routingView(mirror, { endpoint, deliveries, routing });
}

/** The oldest of an endpoint, and in any case those that decided: it may have a million. */
function judgedOf(
  mirror: ApiDeps['mirror'],
  { endpoint: { id, tenantId }, deliveries, match }: Explained,
): Subscription[] {
  const some = mirror.subscriptionsOf(id, limits.explainSubscriptions).map(({ value }) => value);
  const chosen = deliveries.flatMap(({ subscriptionId }) => {
    const found = subscriptionId && mirror.get('subscription', tenantId, subscriptionId);
    return found ? found.value : [];
  });
  const deciding = match === undefined ? chosen : [...chosen, match.subscription];
  return [...new Set([...deciding.filter((each) => !some.includes(each)), ...some])];
}
