import { AppError } from '../../core/app-error.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { StoredEvent } from '../../core/event.ts';
import { explainRouting } from '../../core/explain/explain-routing.ts';
import type { EventId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
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
    const { store, mirror } = deps;
    const id = call.params.id as EventId;
    const event = await store.finder.event({ tenantId: call.access.reach, id });
    if (event === null) throw new AppError('not_found');
    const { tenantId } = event;
    const found = await deliveriesOfEvent(store.finder, { tenantId, eventId: event.id });
    const byEndpoint = Map.groupBy(found, ({ endpointId }) => endpointId);
    const endpoints = mirror
      .list('endpoint', tenantId)
      .filter(({ value }) => !value.isHidden || byEndpoint.has(value.id));
    const isHeld = found.every(isCallbacks) && (await isHeldByChain(store.finder, event));
    const asked = pageOf(call);
    const page = { ...asked, limit: Math.min(asked.limit, limits.explainEndpoints) };
    const shown = pageOfAll(endpoints, page, ({ value }) => value.createdAt);
    return listAnswer(call, shown, ({ value }) =>
      explained(deps, {
        event,
        endpoint: value,
        deliveries: byEndpoint.get(value.id) ?? [],
        isHeld,
      }),
    );
  },
});

/** An event that is held has none but its callback's, which may be retried alone. */
function isCallbacks({ subscriptionId, isReplay }: Delivery): boolean {
  return subscriptionId === null && !isReplay;
}

function explained(
  { mirror }: ApiDeps,
  parts: { event: StoredEvent; endpoint: Endpoint; deliveries: Delivery[]; isHeld: boolean },
) {
  const { event, endpoint, deliveries, isHeld } = parts;
  const stored = mirror.subscriptionsOf(endpoint.id, limits.explainSubscriptions);
  const subscriptions = stored.map(({ value }) => value);
  const routing = explainRouting(event, endpoint, { deliveries, subscriptions, isHeld });
  return routingView(mirror, { endpoint, deliveries, routing });
}
