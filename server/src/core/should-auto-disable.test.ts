import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointHealth } from './endpoint-health.ts';
import type { EndpointId, TenantId } from './ids.ts';
import { instant } from './instant.ts';
import { shouldAutoDisable } from './should-auto-disable.ts';

const day = 86_400_000;
const now = instant(100 * day);

const rows: [because: string, failingDays: number | null, failedCount: number, is: boolean][] = [
  ['five days and ten attempts are enough', 5, 10, true],
  ['nine attempts may all have met one long outage', 30, 9, false],
  ['a day of many failures may still heal', 4.99, 10_000, false],
  ['after a success nothing is failing', null, 0, false],
];
for (const [because, failingDays, failedCount, expected] of rows) {
  test(because, () => {
    const health: EndpointHealth = {
      tenantId: 'default' as TenantId,
      endpointId: 'ep_1' as EndpointId,
      breaker: { is: 'closed', failuresInARow: failedCount, firstFailureAt: null },
      failingSince: failingDays === null ? null : instant(now - failingDays * day),
      failedCount,
      lastSuccessAt: null,
    };

    assert.equal(shouldAutoDisable(health, now), expected);
  });
}
