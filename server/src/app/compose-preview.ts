import type { Clock } from '../core/clock.ts';
import type { Endpoint } from '../core/endpoint.ts';
import type { Event } from '../core/event.ts';
import type { AttemptId, DeliveryId, Position } from '../core/ids.ts';
import type { HeaderLines } from '../core/attempt.ts';
import type { AddressPolicy } from '../core/address/address-policy.ts';
import { composeRequest, shownHeaders } from '../destinations/http/compose-request.ts';
import { PreparedEvents } from '../destinations/http/prepared-events.ts';
import { prepareTarget } from '../destinations/http/target.ts';

/** A request as it would go out now; values of custom headers are masked. */
export type ComposedPreview = { readonly headers: HeaderLines; readonly body: Uint8Array };

/** Composes and signs, with the code of the sender, what an endpoint would get for an event. */
export function composePreview(
  { event, endpoint }: { readonly event: Event; readonly endpoint: Endpoint },
  {
    clock,
    policy,
    userAgent,
  }: { readonly clock: Clock; readonly policy: AddressPolicy; readonly userAgent: string },
): ComposedPreview {
  const prepared = new PreparedEvents();
  // Nothing of it is stored, so it has no place yet.
  const stored = { ...event, position: 0 as Position };
  const target = prepareTarget(endpoint, policy);
  const now = clock.now();
  const request = composeRequest({
    order: {
      attemptId: 'att_preview' as AttemptId,
      deliveryId: 'dlv_preview' as DeliveryId,
      event: stored,
      endpoint,
      endpointVersion: 0,
      isOneOff: true,
      number: 1,
      isReplay: false,
      dueAt: now,
      startedAt: now,
    },
    target,
    event: prepared.of(stored),
    body: prepared.body(stored, endpoint.format),
    wallSeconds: clock.wallSeconds(),
    userAgent,
  });
  return { headers: shownHeaders(request, target), body: request.body };
}
