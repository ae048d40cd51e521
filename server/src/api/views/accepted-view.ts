import type { Static } from 'typebox';
import { AppError } from '../../core/app-error.ts';
import type { Accepted } from '../../ingest/new-event.ts';
import type { AcceptedBody } from '../schemas/event-schema.ts';

/** What became of a published event, as it is answered; throws when that is a failure. */
export function acceptedView(accepted: Accepted): Static<typeof AcceptedBody> {
  switch (accepted.is) {
    case 'accepted': {
      const { id, deliveryCount, callbackSignedWith: signedWith, held: reason } = accepted;
      const hold = reason === undefined ? {} : ({ held: true, reason } as const);
      const view = { id, duplicate: false, deliveryCount, ...hold };
      return signedWith === null ? view : { ...view, callback: { signedWith } };
    }
    case 'duplicate': {
      const { id, deliveryCount, isSameContent } = accepted;
      return { id, duplicate: true, deliveryCount, sameContent: isSameContent };
    }
    case 'failed':
      throw failureOf(accepted);
    case 'repeated':
      throw new Error('a kept answer was given to a request without an idempotency key');
    default:
      return accepted satisfies never;
  }
}

/** Why an event was not accepted. */
export function failureOf({
  code,
  detail,
  errors = [],
}: Extract<Accepted, { is: 'failed' }>): AppError {
  return new AppError(code, detail ?? undefined, { errors });
}
