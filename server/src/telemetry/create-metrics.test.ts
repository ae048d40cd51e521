import assert from 'node:assert/strict';
import test from 'node:test';
import type { DeliveryId, EndpointId, EventId, TenantId } from '../core/ids.ts';
import { instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { Signal } from '../core/signal.ts';
import { createMetrics } from './create-metrics.ts';
import type { MetricShape } from './metric.ts';
import { metricTable } from './metric-table.ts';
import type { MetricName } from './metric-table.ts';

const tenantId = 'acme' as TenantId;
const endpointId = 'ep_1' as EndpointId;
const eventId = 'evt_1' as EventId;
const deliveryId = 'dlv_1' as DeliveryId;
const counts = [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

function opened() {
  return createMetrics({
    clock: { now: () => instant(10_000) },
    version: '1.2.3',
    backlog: async () => ({ pendingCount: 7, oldestDueAt: instant(4_000) }),
    store: () => ({
      ...{ accepts: 'yes', committedRowCount: 9, uncommittedBytes: 12 },
      commits: { counts, sumMs: 6_500 },
    }),
    streams: () => 11,
    dispatch: () => ({
      ...{ lanes: 3, held: 8, inFlight: 5, behind: 1, unrecorded: 6, payloadBytes: 99 },
      breakers: { closed: 1, open: 2, probing: 4 },
    }),
    loops: () => [{ thread: 'main', busyMs: 1_500, delayMs: { mean: 1, max: 300 } }],
    process: () => ({
      ...{ node: '24.0.0', cpuMs: 2_000, residentBytes: 1_024, heapBytes: 512 },
      startedAt: instant(1_000),
    }),
  });
}

/** One of each signal, and what it adds to: names of metrics with their labels, in text. */
const moved: Record<Signal['signal'], [signals: Signal[], lines: string[]]> = {
  event_accepted: [
    [{ signal: 'event_accepted', tenantId, deliveryCount: 4 }],
    [
      'posthorn_events_accepted_total{tenant="acme"} 1',
      'posthorn_deliveries_planned_total{tenant="acme"} 4',
    ],
  ],
  attempt_ended: [
    [200, 204, 503].map((status): Signal => {
      const outcome = { kind: 'answered', status, retryAfterMs: null } as const;
      return { signal: 'attempt_ended', tenantId, endpointId, outcome, latencyMs: 12 };
    }),
    [
      'posthorn_attempts_total{result="succeeded"} 2',
      'posthorn_attempts_total{result="failed"} 1',
      'posthorn_attempts_failed_total{error="http_503"} 1',
      'posthorn_attempt_duration_seconds_bucket{le="0.01"} 0',
      'posthorn_attempt_duration_seconds_bucket{le="0.025"} 3',
      'posthorn_attempt_duration_seconds_sum 0.036',
      'posthorn_attempt_duration_seconds_count 3',
    ],
  ],
  delivery_ended: [
    (['delivered', 'attempts_exhausted'] as const).map((as): Signal => {
      const ids = { tenantId, deliveryId, eventId, endpointId };
      return { signal: 'delivery_ended', ...ids, as, ageMs: 2_000 };
    }),
    [
      'posthorn_deliveries_delivered_total{tenant="acme"} 1',
      'posthorn_deliveries_dead_total{reason="attempts_exhausted"} 1',
      'posthorn_delivery_duration_seconds_bucket{le="+Inf"} 1',
      'posthorn_delivery_duration_seconds_sum 2',
    ],
  ],
  deliveries_closed: [
    (['cancelled', 'superseded', 'expired'] as const).map((as): Signal => {
      return { signal: 'deliveries_closed', deliveryId, endpointId, as, count: 3 };
    }),
    [
      'posthorn_deliveries_cancelled_total 3',
      'posthorn_deliveries_superseded_total 3',
      'posthorn_deliveries_dead_total{reason="expired"} 3',
    ],
  ],
  breaker_changed: [
    [{ signal: 'breaker_changed', tenantId, endpointId, is: 'open' }],
    ['posthorn_breaker_changes_total{to="open"} 1'],
  ],
  endpoint_disabled: [
    [{ signal: 'endpoint_disabled', tenantId, endpointId, reason: 'gone' }],
    ['posthorn_endpoints_disabled_total{reason="gone"} 1'],
  ],
  alert_raised: [
    [
      {
        ...{ signal: 'alert_raised', type: 'posthorn.delivery.dead', tenantId, endpointId },
        ...{ eventId, deliveryCount: 0, cause: null },
      },
    ],
    ['posthorn_alerts_raised_total{type="posthorn.delivery.dead"} 1'],
  ],
  request_ended: [
    [200, 404].map((status): Signal => {
      const request = { method: 'GET', route: '/v1/events/{id}', status, durationMs: 3 };
      return { signal: 'request_ended', ...request, requestId: null };
    }),
    [
      'posthorn_http_requests_total{method="GET",route="/v1/events/{id}",status="200"} 1',
      'posthorn_http_requests_total{method="GET",route="/v1/events/{id}",status="404"} 1',
      'posthorn_http_request_duration_seconds_count{method="GET",route="/v1/events/{id}"} 2',
    ],
  ],
  request_failed: [
    [{ signal: 'request_failed', requestId: 'req_1', cause: new Error('x') }],
    ['posthorn_http_requests_failed_total 1'],
  ],
  sender_died: [[{ signal: 'sender_died', attemptCount: 2 }], ['posthorn_sender_restarts_total 1']],
  step_failed: [
    [{ signal: 'step_failed', step: 'scan', cause: null }],
    ['posthorn_failed_steps_total{step="scan"} 1'],
  ],
};
for (const [name, [signals, lines]] of Object.entries(moved)) {
  test(`the signal ${name} moves the metrics that the table says, and no others`, async () => {
    const metrics = opened();
    const before = await linesOf(metrics);

    for (const signal of signals) metrics.emit(signal);

    const after = await linesOf(metrics);
    assert.deepEqual(
      lines.filter((line) => !after.has(line)),
      [],
    );
    const changed = [...after].filter((line) => !before.has(line)).map(nameOf);
    const said = namesWhere(({ from }) => from !== 'state' && from.some((each) => each === name));
    assert.deepEqual([...new Set(changed)].toSorted(), said.toSorted());
  });
}

const stateLines = [
  'posthorn_deliveries_pending 7',
  'posthorn_deliveries_oldest_due_age_seconds 6',
  'posthorn_deliveries_in_flight 5',
  'posthorn_deliveries_unrecorded 6',
  'posthorn_deliveries_held 8',
  'posthorn_lanes 3',
  'posthorn_lanes_behind 1',
  'posthorn_breakers{state="probing"} 4',
  'posthorn_store_accepting 1',
  'posthorn_store_uncommitted_bytes 12',
  'posthorn_store_committed_rows_total 9',
  'posthorn_store_commit_duration_seconds_bucket{le="0.001"} 3',
  'posthorn_store_commit_duration_seconds_bucket{le="+Inf"} 4',
  'posthorn_payload_cache_bytes 99',
  'posthorn_streams_open 11',
  'posthorn_event_loop_busy_seconds_total{thread="main"} 1.5',
  'posthorn_event_loop_delay_seconds{thread="main",stat="max"} 0.3',
  'posthorn_build_info{version="1.2.3",node="24.0.0"} 1',
  'process_cpu_seconds_total 2',
  'process_resident_memory_bytes 1024',
  'process_heap_bytes 512',
  'process_start_time_seconds 1',
];
test('what is so now is read at the moment of asking', async () => {
  const lines = await linesOf(opened());

  assert.deepEqual(
    stateLines.filter((line) => !lines.has(line)),
    [],
  );
  const read = new Set(stateLines.map(nameOf));
  assert.deepEqual(
    namesWhere(({ from }) => from === 'state').filter((name) => !read.has(name)),
    [],
  );
});

test('reading twice counts nothing twice', async () => {
  const metrics = opened();
  metrics.emit({ signal: 'event_accepted', tenantId, deliveryCount: 4 });

  const first = await linesOf(metrics);
  const second = await linesOf(metrics);

  assert.deepEqual(second, first);
});

test('tenants past the bound share one line, and nobody is lost from the sum', async () => {
  const metrics = opened();

  for (let tenant = 0; tenant < limits.metricTenants + 5; tenant += 1) {
    const named = `t${tenant}` as TenantId;
    metrics.emit({ signal: 'event_accepted', tenantId: named, deliveryCount: 1 });
  }

  const lines = [...(await linesOf(metrics))].filter((line) => line.includes('accepted_total{'));
  assert.equal(lines.length, limits.metricTenants + 1);
  assert.ok(lines.includes('posthorn_events_accepted_total{tenant="other"} 5'));
});

test('a label keeps what would break its line', async () => {
  const metrics = opened();

  metrics.emit({ signal: 'step_failed', step: 'a"b\\c\nd', cause: null });

  const { text, contentType } = await metrics.read();
  assert.match(contentType, /^text\/plain; version=0\.0\.4/);
  assert.ok(text.includes('{step="a\\"b\\\\c\\nd"} 1\n'));
});

for (const [name, { kind, help }] of Object.entries<MetricShape>(metricTable)) {
  test(`${name} is named for what it is, in base units`, () => {
    assert.equal(name.endsWith('_total'), kind === 'counter');
    assert.match(name, /^(posthorn|process)_[a-z_]+$/);
    assert.doesNotMatch(name, /_(ms|millis|kb|mb|count)(_|$)/);
    assert.match(help, /^[A-Z].*\.$/);
  });
}

async function linesOf(metrics: ReturnType<typeof opened>): Promise<Set<string>> {
  const { text } = await metrics.read();
  return new Set(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')));
}

/** The metric that a line is of. */
function nameOf(line: string): string {
  const name = /^[a-z_]+/.exec(line)?.[0] ?? '';
  return name in metricTable ? name : name.replace(/_(bucket|sum|count)$/, '');
}

function namesWhere(fits: (shape: MetricShape) => boolean): MetricName[] {
  const names = Object.keys(metricTable) as MetricName[];
  return names.filter((name) => fits(metricTable[name]));
}
