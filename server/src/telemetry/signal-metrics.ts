import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { attemptError } from '../core/attempt-error.ts';
import type { Emit } from '../core/signal.ts';
import { Tally } from './tally.ts';

const ms = 1_000;
const latencySeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60];
const ageSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300, 1_800, 7_200, 43_200, 172_800, 604_800];

/** Counts and times signals; the list of what each of them becomes. */
export function signalMetrics(registry: Registry): Emit {
  const metrics = metricsOf(registry);
  return (signal) => {
    switch (signal.signal) {
      case 'event_accepted':
        metrics.accepted.add(1);
        metrics.planned.add(signal.deliveryCount);
        return;
      case 'attempt_ended':
        metrics.attempts.add(1, attemptError(signal.outcome) ?? 'succeeded');
        metrics.latency.observe(signal.latencyMs / ms);
        return;
      case 'delivery_ended':
        metrics.ended.add(1, signal.as);
        if (signal.as === 'delivered') metrics.age.observe(signal.ageMs / ms);
        return;
      case 'breaker_changed':
        metrics.breakers.add(1, signal.is);
        return;
      case 'endpoint_disabled':
        metrics.disabled.add(1, signal.reason);
        return;
      case 'step_failed':
        metrics.failedSteps.add(1, signal.step);
        return;
      default:
        signal satisfies never;
    }
  };
}

function metricsOf(registry: Registry) {
  const tally = (name: string, help: string, label?: string): Tally =>
    new Tally(registry, { name, help, ...(label === undefined ? {} : { label }) });
  const times = (name: string, help: string, buckets: number[]): Histogram =>
    new Histogram({ name, help, buckets, registers: [registry] });
  return {
    accepted: tally('posthorn_events_accepted_total', 'Events accepted.'),
    planned: tally('posthorn_deliveries_planned_total', 'Deliveries planned for them.'),
    attempts: tally('posthorn_attempts_total', 'Attempts, by what came of them.', 'result'),
    latency: times('posthorn_attempt_seconds', 'How long attempts took.', latencySeconds),
    ended: tally('posthorn_deliveries_ended_total', 'Deliveries delivered or dead.', 'as'),
    age: times('posthorn_delivery_age_seconds', 'From acceptance to delivery.', ageSeconds),
    breakers: tally('posthorn_breaker_changes_total', 'Changes of circuits.', 'to'),
    disabled: tally('posthorn_endpoints_disabled_total', 'Endpoints disabled.', 'reason'),
    failedSteps: tally('posthorn_failed_steps_total', 'Background steps that failed.', 'step'),
  };
}
