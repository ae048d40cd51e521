import { Type } from '../schemas/type.ts';
import { AppError } from '../../core/app-error.ts';
import { changedDelivery } from '../../core/changed-delivery.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { DeliveryId, EndpointId, EventId, TenantId } from '../../core/ids.ts';
import type { DeliveryChange } from '../../store/queue.ts';
import type { ApiDeps } from '../deps.ts';
import { replayOf } from '../idempotency.ts';
import { listAnswer, listOf, listQuery, pageOf } from '../listing.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import { DeliveryBody, deliveryState } from '../schemas/delivery-schema.ts';
import { closed, idParams } from '../schemas/fields.ts';
import { deliveryView } from '../views/delivery-view.ts';
import { deliveryReportRoutes } from './delivery-reports.ts';

const listDeliveries = route({
  method: 'GET',
  path: '/v1/deliveries',
  summary: 'List deliveries, newest first',
  scope: 'read',
  query: closed({
    ...listQuery,
    eventId: Type.Optional(Type.String()),
    endpointId: Type.Optional(Type.String()),
    state: Type.Optional(deliveryState),
  }),
  answers: { 200: listOf(DeliveryBody) },
  fails: ['cursor_mismatch', 'validation_failed'],
  handle: async (call, { store, mirror }) => {
    const { eventId, endpointId, state } = call.query;
    const filter = {
      tenantId: call.access.reach,
      ...(eventId === undefined ? {} : { eventId: eventId as EventId }),
      ...(endpointId === undefined ? {} : { endpointId: endpointId as EndpointId }),
      ...(state === undefined ? {} : { state }),
    };
    const page = await store.finder.deliveries(filter, pageOf(call));
    return listAnswer(call, page, (delivery) => deliveryView(mirror, delivery));
  },
});

const readDelivery = route({
  method: 'GET',
  path: '/v1/deliveries/{id}',
  summary: 'Show a delivery',
  scope: 'read',
  params: idParams,
  answers: { 200: DeliveryBody },
  fails: ['not_found'],
  handle: async ({ access, params }, deps) => {
    const query = { tenantId: access.reach, id: params.id as DeliveryId };
    return { status: 200, body: deliveryView(deps.mirror, await foundDelivery(deps, query)) };
  },
});

const retryDelivery = route({
  method: 'POST',
  path: '/v1/deliveries/{id}/retry',
  summary: 'Try a dead, pending or held delivery again now, with a new budget of attempts',
  scope: 'replay',
  params: idParams,
  isIdempotent: true,
  answers: { 200: DeliveryBody },
  fails: ['not_found', 'wrong_state'],
  handle: (call, deps) => changeDelivery(deps, call, 'retry'),
});

const cancelDelivery = route({
  method: 'POST',
  path: '/v1/deliveries/{id}/cancel',
  summary: 'Cancel a pending, dead or held delivery',
  scope: 'manage',
  params: idParams,
  isIdempotent: true,
  answers: { 200: DeliveryBody },
  fails: ['not_found', 'wrong_state'],
  handle: (call, deps) => changeDelivery(deps, call, 'cancel'),
});

async function changeDelivery(
  deps: ApiDeps,
  call: Call<{ id: string }>,
  to: DeliveryChange['to'],
): Promise<Answer> {
  const { mirror, clock } = deps;
  const query = { tenantId: call.access.tenant, id: call.params.id as DeliveryId };
  const change = { tenantId: query.tenantId, deliveryId: query.id, at: clock.now(), to };
  if (call.idempotency === null) {
    const repeated = await makeChange(deps, change);
    if (repeated !== null) return repeated;
    return { status: 200, body: deliveryView(mirror, await foundDelivery(deps, query)) };
  }
  // The kept answer must be known before the change that it is saved with.
  const changed = changedDelivery(await foundDelivery(deps, query), change);
  const text = JSON.stringify(deliveryView(mirror, changed));
  const idempotency = call.idempotency.row(200, text);
  return (await makeChange(deps, { ...change, idempotency })) ?? { status: 200, text };
}

/** Answers what was kept of the same request; null when the change was made now. */
async function makeChange(
  { store, changed }: ApiDeps,
  change: DeliveryChange,
): Promise<Answer | null> {
  const [answer] = await store.queue.change([change]);
  if (answer === undefined) throw new Error('the store left a change unanswered');
  switch (answer.is) {
    case 'changed':
      changed(change.deliveryId, answer);
      return null;
    case 'repeated':
      return replayOf(answer.row);
    case 'idempotency_conflict':
      throw new AppError('idempotency_conflict');
    case 'refused':
      throw new AppError('wrong_state', `The delivery is ${answer.state.is}.`);
    case 'erased':
      throw new AppError('wrong_state', 'The data of its event was erased.');
    case 'overtaken':
      throw new AppError('conflict');
    case 'unknown':
      throw new AppError('not_found', 'There is no such delivery.');
    default:
      return answer satisfies never;
  }
}

async function foundDelivery(
  { store }: ApiDeps,
  query: { tenantId: TenantId | null; id: DeliveryId },
): Promise<Delivery> {
  const delivery = await store.finder.delivery(query);
  if (delivery === null) throw new AppError('not_found', 'There is no such delivery.');
  return delivery;
}

/** Routes about deliveries. */
export const deliveryRoutes = [
  listDeliveries,
  readDelivery,
  retryDelivery,
  cancelDelivery,
  ...deliveryReportRoutes,
];
