import type { AlertSettings } from './alert/contact.ts';
import type { EndpointId, TenantId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { JsonObject } from './json.ts';
import type { RetryPolicy } from './retry-policy.ts';

/**
 * paused: deliveries are made and held. disabled: none are made. deleted: kept for the log only.
 */
export type EndpointStatus =
  | { readonly is: 'active' }
  | { readonly is: 'paused' }
  | { readonly is: 'disabled'; readonly reason: DisableReason; readonly at: Instant }
  | { readonly is: 'deleted'; readonly at: Instant };

export type DisableReason = 'asked' | 'gone' | 'failing';

/** How a request is signed. */
export type SigningScheme = 'standard' | 'hmac-hex' | 'none';

/**
 * How a body may be made from the event; CloudEvents are binary unless structured, `a2a` is a push
 * notification of the Agent2Agent protocol.
 */
export const bodyFormats = [
  'standard',
  'flat',
  'raw',
  'cloudevents',
  'cloudevents-structured',
  'a2a',
] as const;

export type BodyFormat = (typeof bodyFormats)[number];

/** A signing secret; while it overlaps with its successor it has an end. */
export type SigningSecret = {
  /** As shown to its owner: `whsec_` + base64, or the caller's own text. */
  readonly text: string;
  readonly createdAt: Instant;
  /** When it stops signing; null for the current secret. */
  readonly endsAt: Instant | null;
};

export type BreakerPolicy = {
  /** Failures in a row, without a success between, that open it. */
  readonly failuresInARow: number;
  /** How long it stays open at first; doubles with each failed probe. */
  readonly openMs: number;
};

/** Where a tenant wants events. */
export type Endpoint = AlertSettings & {
  readonly id: EndpointId;
  readonly tenantId: TenantId;
  readonly url: string;
  readonly description: string;
  readonly status: EndpointStatus;
  /** Custom headers; their values are secret at rest. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The current secret first, then those in overlap. */
  readonly secrets: readonly SigningSecret[];
  readonly scheme: SigningScheme;
  /** The names of the standard scheme's headers. */
  readonly headerNames: 'webhook' | 'svix';
  readonly format: BodyFormat;
  readonly retry: RetryPolicy;
  readonly retryAfterMaxMs: number;
  readonly breaker: BreakerPolicy;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  /** Attempts started per second; null for no limit. */
  readonly ratePerSecond: number | null;
  /** How long a failing head may block its key; 0 for as long as its policy retries. */
  readonly orderWaitMs: number;
  readonly onDead: 'continue' | 'hold';
  /** How old a delivery may grow, from first due, before it is dead. */
  readonly maxAgeMs: number;
  /** Whether it serves one callback and is left out of lists. */
  readonly isHidden: boolean;
  readonly metadata: JsonObject | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};
