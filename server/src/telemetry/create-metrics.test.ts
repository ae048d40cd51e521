import assert from 'node:assert/strict';
import test from 'node:test';
import type { EndpointId, TenantId } from '../core/ids.ts';
import { instant } from '../core/instant.ts';
import { createMetrics } from './create-metrics.ts';

const tenantId = 'acme' as TenantId;
const endpointId = 'ep_1' as EndpointId;

function opened() {
  return createMetrics({
    clock: { now: () => instant(10_000) },
    version: '1.2.3',
    backlog: async () => ({ pendingCount: 7, oldestDueAt: instant(4_000) }),
    store: () => ({ accepts: 'yes', commitCount: 3, committedRowCount: 9, lastCommitMs: 2 }),
    counts: () => ({ inFlight: 5 }),
  });
}

test('attempts are counted by what came of them', async () => {
  const metrics = opened();

  for (const status of [200, 204, 503]) {
    const outcome = { kind: 'answered', status, retryAfterMs: null } as const;
    metrics.emit({ signal: 'attempt_ended', tenantId, endpointId, outcome, latencyMs: 12 });
  }

  const { text } = await metrics.read();
  assert.match(text, /posthorn_attempts_total\{result="succeeded"\} 2\n/);
  assert.match(text, /posthorn_attempts_total\{result="http_503"\} 1\n/);
  assert.match(text, /posthorn_attempt_seconds_count 3\n/);
});

test('reading twice counts nothing twice', async () => {
  const metrics = opened();
  metrics.emit({ signal: 'event_accepted', tenantId, deliveryCount: 4 });

  await metrics.read();
  const { text } = await metrics.read();

  assert.match(text, /posthorn_events_accepted_total 1\n/);
  assert.match(text, /posthorn_deliveries_planned_total 4\n/);
});

test('what is so now is read at the moment of asking', async () => {
  const metrics = opened();

  const { text, contentType } = await metrics.read();

  assert.match(contentType, /^text\/plain/);
  assert.match(text, /posthorn_pending_deliveries 7\n/);
  assert.match(text, /posthorn_oldest_due_seconds 6\n/);
  assert.match(text, /posthorn_dispatch\{of="inFlight"\} 5\n/);
  assert.match(text, /posthorn_build\{version="1.2.3"\} 1\n/);
});
