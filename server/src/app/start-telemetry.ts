import { destination } from 'pino';

import type { Clock } from '../core/clock.ts';
import { instant } from '../core/instant.ts';
import type { Emit } from '../core/signal.ts';
import type { Store } from '../store/store.ts';
import { createLog } from '../telemetry/create-log.ts';
import type { LogLevel } from '../telemetry/create-log.ts';
import { createMetrics } from '../telemetry/create-metrics.ts';
import type { Metrics } from '../telemetry/create-metrics.ts';
import { logSignals } from '../telemetry/log-signals.ts';
import type { StateSources } from '../telemetry/state-metrics.ts';

export type Telemetry = {
  readonly emit: Emit;
  readonly metrics: Metrics['read'];
};

const standardError = 2;
const microsecondsPerMs = 1_000;

/** Counts every signal, and writes to standard error those that a person should see. */
export function startTelemetry(sources: {
  readonly store: Store;
  readonly clock: Clock;
  readonly version: string;
  readonly dispatch: StateSources['dispatch'];
  readonly loops: StateSources['loops'];
  readonly streams: StateSources['streams'];
  readonly level: LogLevel;
  readonly hasAccessLog: boolean;
  /** Told of each signal, too, when traces are recorded. */
  readonly spans: Emit | null;
}): Telemetry {
  const { store, level, hasAccessLog, spans } = sources;
  const log = createLog({ level, to: destination({ fd: standardError, sync: true }) });
  const metrics = createMetrics({
    ...sources,
    backlog: () => store.finder.backlog(),
    store: () => store.condition(),
    process: processState,
  });
  const write = logSignals(log, { hasAccessLog });
  return {
    emit: (signal) => {
      metrics.emit(signal);
      write(signal);
      if (spans !== null) spans(signal);
    },
    metrics: () => metrics.read(),
  };
}

function processState(): ReturnType<StateSources['process']> {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    node: process.versions.node,
    cpuMs: (user + system) / microsecondsPerMs,
    residentBytes: rss,
    heapBytes: heapUsed,
    startedAt: instant(Math.round(performance.timeOrigin)),
  };
}
