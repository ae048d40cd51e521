import { Type } from 'typebox';
import { AppError } from '../../core/app-error.ts';
import type { DeliveryId, EndpointId, EventId } from '../../core/ids.ts';
import type { DeliveryChange } from '../../store/queue.ts';
import type { ApiDeps } from '../deps.ts';
import { listAnswer, listOf, listQuery, pageOf } from '../listing.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import { DeliveryBody, deliveryState } from '../schemas/delivery-schema.ts';
import { closed, idParams } from '../schemas/fields.ts';
import { deliveryView } from '../views/delivery-view.ts';

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
  handle: async ({ access, params }, { store, mirror }) => {
    const query = { tenantId: access.reach, id: params.id as DeliveryId };
    const delivery = await store.finder.delivery(query);
    if (delivery === null) throw new AppError('not_found');
    return { status: 200, body: deliveryView(mirror, delivery) };
  },
});

const retryDelivery = route({
  method: 'POST',
  path: '/v1/deliveries/{id}/retry',
  summary: 'Try a dead or pending delivery again now, with a new budget of attempts',
  scope: 'replay',
  params: idParams,
  answers: { 200: DeliveryBody },
  fails: ['not_found', 'wrong_state'],
  handle: (call, deps) => changeDelivery(deps, call, 'retry'),
});

const cancelDelivery = route({
  method: 'POST',
  path: '/v1/deliveries/{id}/cancel',
  summary: 'Cancel a pending or dead delivery',
  scope: 'manage',
  params: idParams,
  answers: { 200: DeliveryBody },
  fails: ['not_found', 'wrong_state'],
  handle: (call, deps) => changeDelivery(deps, call, 'cancel'),
});

async function changeDelivery(
  { store, mirror, clock, changed }: ApiDeps,
  { access, params }: Call<{ id: string }>,
  to: DeliveryChange['to'],
): Promise<Answer> {
  const tenantId = access.tenant;
  const deliveryId = params.id as DeliveryId;
  const [answer] = await store.queue.change([{ tenantId, deliveryId, at: clock.now(), to }]);
  if (answer === undefined || answer.is === 'unknown') throw new AppError('not_found');
  if (answer.is === 'refused') {
    throw new AppError('wrong_state', `The delivery is ${answer.state.is}.`);
  }
  if (answer.is === 'erased') {
    throw new AppError('wrong_state', 'The data of its event was erased.');
  }
  changed(deliveryId, answer);
  const delivery = await store.finder.delivery({ tenantId, id: deliveryId });
  if (delivery === null) throw new AppError('not_found');
  return { status: 200, body: deliveryView(mirror, delivery) };
}

/** Routes about deliveries. */
export const deliveryRoutes = [listDeliveries, readDelivery, retryDelivery, cancelDelivery];
