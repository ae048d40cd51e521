import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { retryAfterMs } from './retry-after.ts';

type Case = { name: string; value: string; now?: number; delaySeconds: number | null };

const file = new URL('../../../../testdata/vectors/retry-after.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

for (const { name, value, now = 0, delaySeconds } of cases) {
  test(`Retry-After ${JSON.stringify(value)}: ${name}`, () => {
    const waitMs = retryAfterMs(value, now * 1_000);

    // A length of nothing and no wish at all lead to the same: the schedule's own delay.
    assert.equal(waitMs ?? 0, (delaySeconds ?? 0) * 1_000);
  });
}
