import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../limits.ts';
import { alertPolicy } from './alert-policy.ts';
import type { AlertPolicy, AlertWish } from './alert-policy.ts';

const { alertFailures: failures, alertWindowMs: windowMs } = limits;

const rows: [because: string, wishes: (AlertWish | null)[], expected: AlertPolicy][] = [
  ['nobody said anything', [null, null], { failures, windowMs }],
  ['the nearest wish holds', [{ failures: 2 }, { failures: 3 }], { failures: 2, windowMs }],
  ['each number by itself', [{ failures: 2 }, { windowMs: 9 }], { failures: 2, windowMs: 9 }],
];
for (const [because, wishes, expected] of rows) {
  test(`the numbers of alerts are ${JSON.stringify(expected)}: ${because}`, () => {
    assert.deepEqual(alertPolicy(...wishes), expected);
  });
}
