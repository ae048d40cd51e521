import type { AttemptError, Outcome } from './attempt.ts';

/** The name of the error that an outcome means; null for a success, which is 2xx alone. */
export function attemptError(outcome: Outcome): AttemptError | null {
  switch (outcome.kind) {
    case 'answered':
      return outcome.status >= 200 && outcome.status < 300 ? null : `http_${outcome.status}`;
    case 'unanswered':
      return outcome.error;
    case 'forbidden':
      return 'address_forbidden';
    case 'interrupted':
    case 'sender_crashed':
      return outcome.kind;
    default:
      return outcome satisfies never;
  }
}
