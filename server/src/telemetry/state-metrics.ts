import type { BreakerState } from '../core/endpoint-health.ts';
import type { Clock } from '../core/clock.ts';
import type { Instant } from '../core/instant.ts';
import { timingBounds } from '../core/timing.ts';
import type { TimingCounts } from '../core/timing.ts';
import { histogramSamples } from './histogram-samples.ts';
import type { Sample } from './metric.ts';
import type { MetricName } from './metric-table.ts';
import type { CountedMetric } from './signal-metrics.ts';

/** How the event loop of one thread does. */
export type LoopState = {
  readonly thread: string;
  readonly busyMs: number;
  /** How late timers ran in the last full period. */
  readonly delayMs: Readonly<Record<'mean' | 'max', number>>;
};

/** Where the figures come from that are read, not counted. */
export type StateSources = {
  readonly clock: Pick<Clock, 'now'>;
  readonly version: string;
  readonly backlog: () => Promise<{ pendingCount: number; oldestDueAt: Instant | null }>;
  readonly store: () => {
    readonly accepts: string;
    readonly committedRowCount: number;
    readonly uncommittedBytes: number;
    readonly commits: TimingCounts;
  };
  readonly dispatch: () => {
    readonly lanes: number;
    readonly held: number;
    readonly inFlight: number;
    readonly behind: number;
    readonly unrecorded: number;
    readonly payloadBytes: number;
    readonly breakers: Readonly<Record<BreakerState['is'], number>>;
  };
  /** How many streams are open. */
  readonly streams: () => number;
  readonly loops: () => readonly LoopState[];
  readonly process: () => {
    readonly node: string;
    readonly cpuMs: number;
    readonly residentBytes: number;
    readonly heapBytes: number;
    readonly startedAt: Instant;
  };
};

type StateMetric = Exclude<MetricName, CountedMetric>;

/** What is so at one moment. */
type Seen = {
  readonly now: Instant;
  readonly version: string;
  readonly backlog: Awaited<ReturnType<StateSources['backlog']>>;
  readonly store: ReturnType<StateSources['store']>;
  readonly dispatch: ReturnType<StateSources['dispatch']>;
  readonly streams: number;
  readonly loops: readonly LoopState[];
  readonly process: ReturnType<StateSources['process']>;
};

const ms = 1_000;

/** Draws what is so at the moment of asking. */
export async function stateSamples(
  sources: StateSources,
): Promise<Readonly<Record<StateMetric, readonly Sample[]>>> {
  const backlog = await sources.backlog();
  const seen: Seen = {
    now: sources.clock.now(),
    version: sources.version,
    backlog,
    store: sources.store(),
    dispatch: sources.dispatch(),
    streams: sources.streams(),
    loops: sources.loops(),
    process: sources.process(),
  };
  return { ...deliverySamples(seen), ...storeSamples(seen), ...processSamples(seen) };
}

function deliverySamples({ now, backlog, dispatch }: Seen) {
  const { pendingCount, oldestDueAt } = backlog;
  const oldestMs = oldestDueAt === null ? 0 : Math.max(0, now - oldestDueAt);
  return {
    posthorn_deliveries_pending: [plain(pendingCount)],
    posthorn_deliveries_oldest_due_age_seconds: [plain(oldestMs / ms)],
    posthorn_deliveries_in_flight: [plain(dispatch.inFlight)],
    posthorn_deliveries_unrecorded: [plain(dispatch.unrecorded)],
    posthorn_deliveries_held: [plain(dispatch.held)],
    posthorn_lanes: [plain(dispatch.lanes)],
    posthorn_lanes_behind: [plain(dispatch.behind)],
    posthorn_breakers: Object.entries(dispatch.breakers).map(([state, value]): Sample => {
      return { labels: [['state', state]], value };
    }),
    posthorn_payload_cache_bytes: [plain(dispatch.payloadBytes)],
  };
}

function storeSamples({ store }: Seen) {
  const { accepts, uncommittedBytes, committedRowCount, commits } = store;
  return {
    posthorn_store_accepting: [plain(accepts === 'yes' ? 1 : 0)],
    posthorn_store_uncommitted_bytes: [plain(uncommittedBytes)],
    posthorn_store_committed_rows_total: [plain(committedRowCount)],
    posthorn_store_commit_duration_seconds: histogramSamples(commits, timingBounds.commit),
  };
}

function processSamples({ version, streams, loops, process }: Seen) {
  const { node, cpuMs, residentBytes, heapBytes, startedAt } = process;
  const build: Sample['labels'] = [
    ['version', version],
    ['node', node],
  ];
  return {
    posthorn_streams_open: [plain(streams)],
    posthorn_event_loop_busy_seconds_total: loops.map(({ thread, busyMs }): Sample => {
      return { labels: [['thread', thread]], value: busyMs / ms };
    }),
    posthorn_event_loop_delay_seconds: loops.flatMap(delaySamples),
    posthorn_build_info: [{ labels: build, value: 1 }],
    process_cpu_seconds_total: [plain(cpuMs / ms)],
    process_resident_memory_bytes: [plain(residentBytes)],
    process_heap_bytes: [plain(heapBytes)],
    process_start_time_seconds: [plain(startedAt / ms)],
  };
}

function delaySamples({ thread, delayMs }: LoopState): Sample[] {
  return Object.entries(delayMs).map(([stat, value]) => ({
    labels: [
      ['thread', thread],
      ['stat', stat],
    ],
    value: value / ms,
  }));
}

function plain(value: number): Sample {
  return { labels: [], value };
}
