import { AppError } from '../../core/app-error.ts';
import type { DeliveryId, EndpointId, EventId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { instantText } from '../instant-text.ts';
import type { ApiDeps } from '../deps.ts';
import { route } from '../route.ts';
import { ErasedBody } from '../schemas/event-schema.ts';
import { idParams } from '../schemas/fields.ts';

/** Erases what an event carried; doing it again answers the same. */
export const eraseEventData = route({
  method: 'DELETE',
  path: '/v1/events/{id}/data',
  summary: 'Erase the payload of an event and the bodies that its attempts kept',
  scope: 'manage',
  params: idParams,
  answers: { 200: ErasedBody },
  fails: ['not_found'],
  handle: async ({ access, params }, deps) => {
    const { clock, store } = deps;
    const request = {
      tenantId: access.tenant,
      eventId: params.id as EventId,
      at: clock.now(),
      limit: limits.eraseRows,
    };
    // Each step ends some of what one event can have; nothing is added meanwhile but what is in
    // flight, so the steps come to an end.
    for (;;) {
      const answer = await store.queue.erase(request);
      if (answer.is === 'unknown') throw new AppError('not_found', 'There is no such event.');
      for (const each of answer.ended) tellOwner(deps, each);
      if (!answer.isDone) continue;
      return { status: 200, body: { id: params.id, dataErasedAt: instantText(answer.erasedAt) } };
    }
  },
});

function tellOwner(
  { changed }: ApiDeps,
  { deliveryId, endpointId }: { deliveryId: DeliveryId; endpointId: EndpointId },
): void {
  changed(deliveryId, { is: 'changed', endpointId, delivery: null, promoted: null });
}
