import type { Emit } from '../core/signal.ts';
import { exposition, expositionType } from './exposition.ts';
import type { Sample } from './metric.ts';
import { metricTable } from './metric-table.ts';
import type { MetricName } from './metric-table.ts';
import { signalMetrics } from './signal-metrics.ts';
import { stateSamples } from './state-metrics.ts';
import type { StateSources } from './state-metrics.ts';

/** Metrics of one server. */
export type Metrics = {
  readonly emit: Emit;
  /** All of them in the text format of Prometheus. */
  read(): Promise<{ contentType: string; text: string }>;
};

const names = Object.keys(metricTable) as MetricName[];

/** Opens the metrics of one server; nothing is measured until they are read. */
export function createMetrics(sources: StateSources): Metrics {
  const { emit, samples } = signalMetrics();
  return {
    emit,
    read: async () => {
      const state = await stateSamples(sources);
      const of = (name: MetricName): readonly Sample[] =>
        name in samples
          ? samples[name as keyof typeof samples]()
          : state[name as keyof typeof state];
      const text = exposition(names.map((name) => [name, metricTable[name], of(name)]));
      return { contentType: expositionType, text };
    },
  };
}
