import type { Static } from 'typebox';
import type { EventId } from '../core/ids.ts';
import { deliveriesOfEvent } from './deliveries-of-event.ts';
import type { ApiDeps } from './deps.ts';
import type { Answer, Call } from './route.ts';
import type { AcceptedBody } from './schemas/event-schema.ts';
import { deliveryView } from './views/delivery-view.ts';
import { waitWish } from './wait-wish.ts';

/**
 * Answers for an event that is accepted, after its deliveries have ended or the time asked for is
 * over: 200 with how each stands. Where waiting cannot be, the answer is 202 as without the wish.
 */
export async function answerWaited(
  deps: ApiDeps,
  call: Call,
  body: Static<typeof AcceptedBody>,
): Promise<Answer> {
  const accepted = { status: 202, body };
  const seconds = waitWish(call.headers.prefer);
  if (seconds === null) return accepted;
  const query = { tenantId: call.access.tenant, eventId: body.id as EventId };
  try {
    const outcome = await deps.waits.wait({ ...query, waitMs: seconds * 1_000 });
    if (outcome === 'refused') return accepted;
    const deliveries = await deliveriesOfEvent(deps.store.finder, query);
    const isComplete = deliveries.every(({ state }) => state.is !== 'pending');
    return {
      status: 200,
      headers: { 'preference-applied': `wait=${seconds}` },
      body: {
        ...body,
        isComplete,
        deliveries: deliveries.map((each) => deliveryView(deps.mirror, each)),
      },
    };
  } catch (cause) {
    // The event is safe; a failure would have its publisher send it again.
    deps.failed({ requestId: deps.ids.make('request'), cause });
    return accepted;
  }
}
