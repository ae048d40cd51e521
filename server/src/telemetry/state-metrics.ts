import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Clock } from '../core/clock.ts';
import type { Instant } from '../core/instant.ts';

/** Where the figures come from that are read, not counted. */
export type StateSources = {
  readonly clock: Pick<Clock, 'now'>;
  readonly version: string;
  readonly backlog: () => Promise<{ pendingCount: number; oldestDueAt: Instant | null }>;
  readonly store: () => {
    accepts: string;
    commitCount: number;
    committedRowCount: number;
    lastCommitMs: number | null;
  };
  /** The dispatcher's own figures, by name: lanes, held, in flight … */
  readonly counts: () => Readonly<Record<string, number>>;
};

const microseconds = 1_000_000;
const ms = 1_000;

/** Draws what is so at the moment of asking. */
export function stateMetrics(registry: Registry, sources: StateSources): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    registry.registerMetric(new Gauge({ name, help, registers: [], collect: collectOf(read) }));
  };
  buildMetric(registry, sources);
  backlogMetrics(registry, sources);
  dispatchMetric(registry, sources);
  const { store } = sources;
  gauge('posthorn_store_accepts', '1 while the store takes new events.', () =>
    store().accepts === 'yes' ? 1 : 0,
  );
  gauge('posthorn_store_commits', 'Commits so far.', () => store().commitCount);
  gauge('posthorn_store_rows', 'Rows committed so far.', () => store().committedRowCount);
  gauge(
    'posthorn_store_commit_seconds',
    'How long the last commit took.',
    () => (store().lastCommitMs ?? 0) / ms,
  );
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  gauge('process_cpu_seconds', 'CPU time used so far.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / microseconds;
  });
}

function collectOf(read: () => number) {
  return function collect(this: Gauge): void {
    this.set(read());
  };
}

function buildMetric(registry: Registry, { version }: StateSources): void {
  const help = 'The version that runs.';
  const labelNames = ['version'];
  const build = new Gauge({ name: 'posthorn_build', help, labelNames, registers: [registry] });
  build.set({ version }, 1);
}

function backlogMetrics(registry: Registry, { backlog, clock }: StateSources): void {
  const pending = new Gauge({
    name: 'posthorn_pending_deliveries',
    help: 'Deliveries that are owed.',
    registers: [],
    async collect() {
      this.set((await backlog()).pendingCount);
    },
  });
  const oldest = new Gauge({
    name: 'posthorn_oldest_due_seconds',
    help: 'For how long the delivery that waits longest has been due.',
    registers: [],
    async collect() {
      const { oldestDueAt } = await backlog();
      this.set(oldestDueAt === null ? 0 : Math.max(0, clock.now() - oldestDueAt) / ms);
    },
  });
  registry.registerMetric(pending);
  registry.registerMetric(oldest);
}

function dispatchMetric(registry: Registry, { counts }: StateSources): void {
  const dispatch = new Gauge({
    name: 'posthorn_dispatch',
    help: 'What this node holds: lanes, deliveries held, in flight, open circuits.',
    labelNames: ['of'],
    registers: [],
    collect() {
      for (const [of, count] of Object.entries(counts())) this.set({ of }, count);
    },
  });
  registry.registerMetric(dispatch);
}
