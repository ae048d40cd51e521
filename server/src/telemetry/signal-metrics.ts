import { attemptError } from '../core/attempt-error.ts';
import { limits } from '../core/limits.ts';
import type { Emit, Signal } from '../core/signal.ts';
import { Timing, timingBounds } from '../core/timing.ts';
import { histogramSamples } from './histogram-samples.ts';
import type { Sample } from './metric.ts';
import type { metricTable, MetricName } from './metric-table.ts';
import { RequestTallies } from './request-tallies.ts';
import { Tally } from './tally.ts';

/** The metrics that signals move. */
export type CountedMetric = {
  [Name in MetricName]: (typeof metricTable)[Name]['from'] extends 'state' ? never : Name;
}[MetricName];

/** Counters of one server; what they say is worked out when it is asked for. */
export type SignalMetrics = {
  readonly emit: Emit;
  readonly samples: Readonly<Record<CountedMetric, () => readonly Sample[]>>;
};

/** Counts and times signals: on the way of a delivery this is nothing but additions. */
export function signalMetrics(): SignalMetrics {
  const counts = countsOf();
  return { emit: (signal) => count(counts, signal), samples: samplesOf(counts) };
}

type Counts = ReturnType<typeof countsOf>;

function countsOf() {
  return {
    accepted: new Tally('tenant', limits.metricTenants),
    planned: new Tally('tenant', limits.metricTenants),
    delivered: new Tally('tenant', limits.metricTenants),
    dead: new Tally('reason'),
    age: new Timing(timingBounds.delivery),
    errors: new Tally('error'),
    latency: new Timing(timingBounds.attempt),
    breakers: new Tally('to'),
    disabled: new Tally('reason'),
    alerts: new Tally('type'),
    requests: new RequestTallies(),
    steps: new Tally('step'),
    single: {
      ...{ succeeded: 0, failed: 0, superseded: 0, cancelled: 0 },
      ...{ requestsFailed: 0, senderRestarts: 0 },
    },
  };
}

function count(counts: Counts, signal: Signal): void {
  switch (signal.signal) {
    case 'event_accepted':
      counts.accepted.add(signal.tenantId, 1);
      counts.planned.add(signal.tenantId, signal.deliveryCount);
      return;
    case 'attempt_ended':
      return countAttempt(counts, signal);
    case 'delivery_ended':
      return countDelivery(counts, signal);
    case 'deliveries_closed':
      if (signal.as === 'cancelled' || signal.as === 'superseded') {
        counts.single[signal.as] += signal.count;
      } else counts.dead.add(signal.as, signal.count);
      return;
    case 'breaker_changed':
      return counts.breakers.add(signal.is, 1);
    case 'endpoint_disabled':
      return counts.disabled.add(signal.reason, 1);
    case 'alert_raised':
      return counts.alerts.add(signal.type, 1);
    case 'step_failed':
      return counts.steps.add(signal.step, 1);
    case 'request_ended':
      return counts.requests.add(signal);
    case 'request_failed':
      counts.single.requestsFailed += 1;
      return;
    case 'sender_died':
      counts.single.senderRestarts += 1;
      return;
    default:
      signal satisfies never;
  }
}

function countAttempt(
  { single, errors, latency }: Counts,
  { outcome, latencyMs }: Extract<Signal, { signal: 'attempt_ended' }>,
): void {
  const error = attemptError(outcome);
  if (error === null) single.succeeded += 1;
  else {
    single.failed += 1;
    errors.add(error, 1);
  }
  latency.observe(latencyMs);
}

function countDelivery(
  { delivered, dead, age }: Counts,
  { tenantId, as, ageMs }: Extract<Signal, { signal: 'delivery_ended' }>,
): void {
  if (as === 'delivered') {
    delivered.add(tenantId, 1);
    age.observe(ageMs);
  } else dead.add(as, 1);
}

function samplesOf(counts: Counts): SignalMetrics['samples'] {
  const { single, requests, age, latency } = counts;
  return {
    posthorn_events_accepted_total: () => counts.accepted.samples(),
    posthorn_deliveries_planned_total: () => counts.planned.samples(),
    posthorn_deliveries_delivered_total: () => counts.delivered.samples(),
    posthorn_deliveries_dead_total: () => counts.dead.samples(),
    posthorn_deliveries_superseded_total: () => [plain(single.superseded)],
    posthorn_deliveries_cancelled_total: () => [plain(single.cancelled)],
    posthorn_delivery_duration_seconds: () => histogramSamples(age, timingBounds.delivery),
    posthorn_attempts_total: () => [
      { labels: [['result', 'succeeded']], value: single.succeeded },
      { labels: [['result', 'failed']], value: single.failed },
    ],
    posthorn_attempts_failed_total: () => counts.errors.samples(),
    posthorn_attempt_duration_seconds: () => histogramSamples(latency, timingBounds.attempt),
    posthorn_breaker_changes_total: () => counts.breakers.samples(),
    posthorn_endpoints_disabled_total: () => counts.disabled.samples(),
    posthorn_alerts_raised_total: () => counts.alerts.samples(),
    posthorn_http_requests_total: () => requests.counts(),
    posthorn_http_request_duration_seconds: () => requests.durations(),
    posthorn_http_requests_failed_total: () => [plain(single.requestsFailed)],
    posthorn_failed_steps_total: () => counts.steps.samples(),
    posthorn_sender_restarts_total: () => [plain(single.senderRestarts)],
  };
}

function plain(value: number): Sample {
  return { labels: [], value };
}
