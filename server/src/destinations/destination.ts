import type { Attempt, Outcome } from '../core/attempt.ts';
import type { Endpoint } from '../core/endpoint.ts';
import type { StoredEvent } from '../core/event.ts';
import type { AttemptId, DeliveryId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { TraceContext } from '../core/trace-context.ts';

/** One attempt to be made now. */
export type SendOrder = {
  readonly attemptId: AttemptId;
  readonly deliveryId: DeliveryId;
  readonly event: StoredEvent;
  readonly endpoint: Endpoint;
  /** Rises with each change of the endpoint. */
  readonly endpointVersion: number;
  /** Whether the endpoint is as it is for this order alone, so that nothing of it need be kept. */
  readonly isOneOff: boolean;
  /** 1 for the first attempt of the delivery. */
  readonly number: number;
  readonly isReplay: boolean;
  /** How many deliveries this one stands for beside itself; not there when for none. */
  readonly supersededCount?: number;
  /**
   * Set when the data of its event is this order's own, so that nothing made of it may be used for
   * another order of the event, nor the other way round.
   */
  readonly hasOwnData?: boolean;
  /** With what the receiver may report later; not there when it need not. */
  readonly ackToken?: string;
  /** When the delivery fell due; the queue phase is measured from here. */
  readonly dueAt: Instant;
  /** When the dispatcher handed it over. */
  readonly startedAt: Instant;
  /** The attempt's own place in a trace; not there when nothing records traces. */
  readonly trace?: TraceContext;
};

/** What came of an attempt, ready for the log. */
export type SendResult = {
  readonly outcome: Outcome;
  readonly latencyMs: number;
  readonly detail: Attempt['detail'];
  readonly answerBody: Attempt['answerBody'];
};

/**
 * A technology by which endpoints are reached. `send` never rejects: whatever happens is an
 * outcome, within the endpoint's `timeoutMs`; `cut` ends what is in flight as `interrupted`.
 */
export interface Destination extends AsyncDisposable {
  send(order: SendOrder): Promise<SendResult>;
  /** Ends these attempts at once; all of them when no ids are given. */
  cut(attemptIds?: readonly AttemptId[]): void;
}
