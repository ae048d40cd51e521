import type { HeaderValues } from '../signing/header-values.ts';
import { retryDefaults } from '../client/retry-wait.ts';
import { ownSurroundings } from '../client/surroundings.ts';
import { Transport } from '../client/transport.ts';

/** What a request brings that may be reported on after it was answered. */
export type AckToken = { readonly deliveryId: string; readonly token: string };

/** Reads it; null where the subscription asks for no report. */
export function readAckToken(values: HeaderValues): AckToken | null {
  const deliveryId = values.get('posthorn-delivery-id')?.[0];
  const token = values.get('posthorn-ack-token')?.[0];
  return deliveryId === undefined || token === undefined ? null : { deliveryId, token };
}

/** What is said of a delivery that was accepted. */
export type Report =
  | { readonly verb: 'ack'; readonly body: { readonly note?: string } }
  | { readonly verb: 'fail'; readonly body: { readonly note: string; readonly final: boolean } }
  | { readonly verb: 'progress'; readonly body: { readonly message?: string } };

/** Tells Posthorn how an accepted delivery stands. */
export type SendReport = (to: AckToken, report: Report) => Promise<void>;

const timeoutMs = 10_000;
/** The answer to the webhook itself may still be on its way: `conflict` passes. */
const retry = { ...retryDefaults, retries: 6, initialMs: 100 };

/** Reports over the API of Posthorn, which takes the token of the delivery and no key. */
export function reportsTo(url: string, given?: typeof fetch): SendReport {
  const surroundings = ownSurroundings(given === undefined ? {} : { fetch: given });
  const transport = new Transport(
    { url, apiKey: null, tenant: null, userAgent: 'posthorn-sdk-typescript', timeoutMs, retry },
    surroundings,
  );
  return async ({ deliveryId, token }, { verb, body }) => {
    const path = `/v1/deliveries/${encodeURIComponent(deliveryId)}/${verb}`;
    const headers = { 'posthorn-ack-token': token };
    await transport.call({ method: 'POST', path, body, headers });
  };
}
