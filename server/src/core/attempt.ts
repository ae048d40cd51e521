import type { AddressRule } from './address-rule.ts';
import type { AttemptId, DeliveryId, EndpointId, EventId, Position, TenantId } from './ids.ts';
import type { Instant } from './instant.ts';

/** Why an attempt ended without an answer that counts as success. `http_NNN` names the status. */
export type AttemptError =
  | 'timeout'
  | 'connect_timeout'
  | 'connection_refused'
  | 'connection_reset'
  | 'connection_closed'
  | 'dns_error'
  | 'tls_error'
  | 'protocol_error'
  | 'head_too_large'
  | 'address_forbidden'
  | 'interrupted'
  | 'sender_crashed'
  | `http_${number}`;

/** Milliseconds spent in each phase of an attempt; null where a phase was not reached or reused. */
export type Phases = {
  readonly queueMs: number;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly firstByteMs: number | null;
  readonly bodyMs: number | null;
};

/** Header lines in the order they were sent or received. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** What was sent; values of secret headers are masked before they get here. */
export type SentRequest = { readonly url: string; readonly headers: HeaderLines };

/** What came back, cut to the limits. */
export type ReceivedAnswer = {
  readonly headers: HeaderLines;
  readonly body: Uint8Array;
  /** Whether the endpoint sent more than was kept. */
  readonly isTruncated: boolean;
};

/** What an attempt saw. */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /**
       * What `Retry-After` asked for, already turned into a length; null when absent or nonsense.
       */
      readonly retryAfterMs: number | null;
    }
  | {
      readonly kind: 'unanswered';
      readonly error: Exclude<
        AttemptError,
        'address_forbidden' | 'interrupted' | 'sender_crashed' | `http_${number}`
      >;
    }
  | { readonly kind: 'forbidden'; readonly rule: AddressRule }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'sender_crashed' };

/** One try at a delivery on its way into the log. */
export type Attempt = {
  readonly id: AttemptId;
  readonly tenantId: TenantId;
  readonly deliveryId: DeliveryId;
  readonly eventId: EventId;
  readonly eventType: string;
  readonly endpointId: EndpointId;
  /**
   * 1 for the first attempt of a delivery; rises by one, also over retries asked for by a person.
   */
  readonly number: number;
  readonly startedAt: Instant;
  /** From start to end on the monotonic clock. */
  readonly latencyMs: number;
  readonly status: 'succeeded' | 'failed';
  readonly statusCode: number | null;
  readonly error: AttemptError | null;
  /** What only readers of the log look at, as `core/attempt-detail.ts` writes it. */
  readonly detail: string;
  /** The kept part of the answer's body; null when nothing was answered. */
  readonly answerBody: Uint8Array | null;
};

/** An attempt that the store holds. */
export type StoredAttempt = Omit<Attempt, 'detail' | 'answerBody'> & {
  readonly position: Position;
  readonly phases: Phases;
  readonly request: SentRequest;
  readonly answer: ReceivedAnswer | null;
};
