import { Registry } from 'prom-client';
import type { Emit } from '../core/signal.ts';
import { signalMetrics } from './signal-metrics.ts';
import { stateMetrics } from './state-metrics.ts';
import type { StateSources } from './state-metrics.ts';

/** Metrics of one server. */
export type Metrics = {
  readonly emit: Emit;
  /** All of them in the text format of Prometheus. */
  read(): Promise<{ contentType: string; text: string }>;
};

/** Opens the metrics of one server; nothing is measured until they are read. */
export function createMetrics(sources: StateSources): Metrics {
  const registry = new Registry();
  const emit = signalMetrics(registry);
  stateMetrics(registry, sources);
  return {
    emit,
    read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
