import { destination } from 'pino';

import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/signal.ts';
import type { Store } from '../store/store.ts';
import { createLog } from '../telemetry/create-log.ts';
import { createMetrics } from '../telemetry/create-metrics.ts';
import type { Metrics } from '../telemetry/create-metrics.ts';
import { logSignals } from '../telemetry/log-signals.ts';

/** The least that is written to standard error. */
export type LogLevel = 'info' | 'error';

export type Telemetry = {
  readonly emit: Emit;
  readonly metrics: Metrics['read'];
  /** Logs a request that failed by our fault. */
  readonly failed: (failure: { requestId: string; cause: unknown }) => void;
};

const standardError = 2;

/** Counts every signal, and writes to standard error those that a person should see. */
export function startTelemetry(sources: {
  readonly store: Store;
  readonly clock: Clock;
  readonly version: string;
  readonly counts: () => Readonly<Record<string, number>>;
  readonly level: LogLevel;
}): Telemetry {
  const { store, clock, version, counts, level } = sources;
  const log = createLog({ level, to: destination({ fd: standardError, sync: true }) });
  const metrics = createMetrics({
    ...{ clock, version, counts },
    backlog: () => store.finder.backlog(),
    store: () => store.condition(),
  });
  const write = logSignals(log);
  return {
    emit: (signal) => {
      metrics.emit(signal);
      write(signal);
    },
    metrics: () => metrics.read(),
    failed: ({ requestId, cause }) => log.error({ requestId, error: cause }, 'a request failed'),
  };
}
