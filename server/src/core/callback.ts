import type { BodyFormat, Endpoint, SigningSecret } from './endpoint.ts';
import type { RetryPolicy } from './retry-policy.ts';

/**
 * Where one delivery goes instead of its endpoint's own URL, and how. The endpoint is the hidden
 * one of the callback's tenant and origin, which has the lane. Secret at rest as a whole.
 */
export type CallbackTarget = {
  readonly url: string;
  /** Null when the tenant's callback secret signs. */
  readonly secrets: readonly SigningSecret[] | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Null, here and below, leaves the endpoint's. */
  readonly retry: RetryPolicy | null;
  readonly timeoutMs: number | null;
  /** Not there for the endpoint's. */
  readonly format?: BodyFormat;
};

/** The endpoint as one delivery with a callback uses it. */
export function withCallback(
  endpoint: Endpoint,
  target: CallbackTarget,
  tenantsSecrets: readonly SigningSecret[],
): Endpoint {
  const { url, secrets, headers, retry, timeoutMs, format } = target;
  return {
    ...endpoint,
    url,
    headers,
    secrets: secrets ?? tenantsSecrets,
    retry: retry ?? endpoint.retry,
    timeoutMs: timeoutMs ?? endpoint.timeoutMs,
    format: format ?? endpoint.format,
  };
}
