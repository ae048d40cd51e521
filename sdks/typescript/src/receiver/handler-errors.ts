/**
 * Thrown by a handler that can never process this event, such as one that is malformed.
 *
 * It is answered 422. Posthorn does not hold a 422 against the endpoint (its circuit stays
 * closed), goes on by the endpoint's retry policy, and buries the delivery as a dead letter, which
 * can be sent again once the receiver has been mended. To be done with an event for good, return.
 */
export class RejectEvent extends Error {
  override readonly name = 'RejectEvent';
}

/** Thrown by a handler that wants the event again, not sooner than in `afterMs`. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly afterMs: number;

  constructor(
    afterMs: number,
    message = 'the receiver asks for more time',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.afterMs = afterMs;
  }
}
