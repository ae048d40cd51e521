import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { AttemptError, Outcome } from './attempt.ts';
import { attemptError } from './attempt-error.ts';

const answered = (status: number): Outcome => ({ kind: 'answered', status, retryAfterMs: null });

const rows: [because: string, outcome: Outcome, expected: AttemptError | null][] = [
  ['the first 2xx is a success', answered(200), null],
  ['the last 2xx is a success', answered(299), null],
  ['below 2xx is none', answered(199), 'http_199'],
  ['a redirect is none', answered(300), 'http_300'],
  ['what the wire said is passed on', { kind: 'unanswered', error: 'tls_error' }, 'tls_error'],
  ['the guard has one name', { kind: 'forbidden', rule: 'loopback' }, 'address_forbidden'],
  ['a cut attempt says so', { kind: 'interrupted' }, 'interrupted'],
  ['a dead sender says so', { kind: 'sender_crashed' }, 'sender_crashed'],
];
for (const [because, outcome, expected] of rows) {
  test(`${expected ?? 'success'}: ${because}`, () => {
    assert.equal(attemptError(outcome), expected);
  });
}
