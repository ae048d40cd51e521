import type { Clock } from '../core/clock.ts';
import { endpointDefaults } from '../core/endpoint-defaults.ts';
import type { StoredEvent } from '../core/event.ts';
import type { AttemptId, DeliveryId, EndpointId } from '../core/ids.ts';
import { publicOnly } from '../core/address/address-policy.ts';
import { composeRequest } from '../destinations/http/compose-request.ts';
import { PreparedEvents } from '../destinations/http/prepared-events.ts';
import { prepareTarget } from '../destinations/http/target.ts';

/** An event that is handed on, by whom it is signed, and how often that was tried. */
export type Forwarding = {
  readonly event: StoredEvent;
  readonly url: string;
  readonly secret: string;
  /** 1 for the first attempt. */
  readonly number: number;
};

/** A request as an endpoint would get it; its headers flat: name, value, name, value … */
export type ForwardedRequest = {
  readonly headers: readonly string[];
  readonly body: Uint8Array;
};

/** Composes and signs, with the code of the sender, what an endpoint with this secret would get. */
export function composeForward(
  { event, url, secret, number }: Forwarding,
  { clock, userAgent }: { readonly clock: Clock; readonly userAgent: string },
): ForwardedRequest {
  const now = clock.now();
  const endpoint = {
    ...endpointDefaults,
    ...{ id: 'ep_listen' as EndpointId, tenantId: event.tenantId, url },
    ...{ status: { is: 'active' } as const, isHidden: true },
    secrets: [{ text: secret, createdAt: now, endsAt: null }],
    ...{ createdAt: now, updatedAt: now },
  };
  const prepared = new PreparedEvents();
  const { headers, body } = composeRequest({
    order: {
      attemptId: `att_${event.id}_${number}` as AttemptId,
      deliveryId: 'dlv_listen' as DeliveryId,
      ...{ event, endpoint, endpointVersion: 0, isOneOff: true, number, isReplay: false },
      ...{ dueAt: now, startedAt: now },
    },
    // Where it goes is the caller's own word, so the address is not judged.
    target: prepareTarget(endpoint, publicOnly),
    event: prepared.of(event),
    body: prepared.body(event, endpoint.format),
    wallSeconds: clock.wallSeconds(),
    userAgent,
  });
  return { headers, body };
}
