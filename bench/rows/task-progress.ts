import type { Figure } from '../figure.ts';
import { quantile } from '../stage/quantile.ts';
import { startServer, type ServerProcess } from '../stage/server-process.ts';
import { publish } from './publish.ts';
import { figure, repeat, type Bench, type Row } from './row.ts';

const row = 'task progress';
const reportsPerSecond = 2_000;
const warmUpSeconds = 2;
const taskCount = 200;
const connectionCount = 64;
const steps = ['analyzing', 'reasoning', 'generating', 'validating'];
/** What an endpoint is owed of each task in any case: its start, each step once, its end. */
const keptPerTask = steps.length + 2;

type Sample = {
  readonly ratePerSecond: number;
  readonly answerP99Ms: number;
  /** Of the reports that were made beyond those that must be sent, how many were. */
  readonly sentShare: number;
};

/**
 * Reports of many tasks at 2,000/s, to an endpoint that takes 200 ms for each request. What was
 * answered in the first two seconds has no part in the quantile: code was still being compiled.
 */
export const taskProgress: Row = {
  name: row,
  async measure(bench: Bench): Promise<Figure[]> {
    const samples = await repeat(bench, row, () => sample(bench));
    const says = `reports/s of ${taskCount} tasks, beside a slow endpoint`;
    return [
      figure(
        { row, says, bound: 'at least', must: 0.95 * reportsPerSecond },
        samples.map(({ ratePerSecond }) => ratePerSecond),
      ),
      figure(
        { row, says: 'p99 from report to answer', unit: 'ms', bound: 'at most', must: 100 },
        samples.map(({ answerP99Ms }) => answerP99Ms),
      ),
      figure(
        { row, says: 'share of later reports that it was sent', bound: 'at most', must: 0.5 },
        samples.map(({ sentShare }) => sentShare),
      ),
    ];
  },
};

async function sample(bench: Bench): Promise<Sample> {
  const { stage, actors, scale } = bench;
  await using server = await startServer(stage, stage.newDir());
  await server.api.createEndpoint(`${actors.receiverUrl}/slow`, { types: ['task.*'] });
  await actors.receiver('reset', null);
  const ids = Array.from({ length: taskCount }, (_, number) => `task-${number}`);
  await tell(bench, server, { paths: ['/v1/tasks'], bodies: ids.map(startBody) });

  const warmUpCount = reportsPerSecond * warmUpSeconds;
  const requestCount = reportsPerSecond * scale.rateSeconds + warmUpCount;
  const published = await publish(bench, server, {
    paths: ids.map((id) => `/v1/tasks/${id}/progress`),
    bodies: reportBodies(requestCount),
    ...{ requestCount, connectionCount, ratePerSecond: reportsPerSecond },
  });
  await tell(bench, server, { paths: ids.map((id) => `/v1/tasks/${id}/complete`), bodies: ends });

  if (!(await server.api.isDrained(scale.waitMs))) throw new Error('not all was sent in time');
  const { answeredCount } = await actors.receiver('until', { count: 0, waitMs: 0 });
  const keptCount = keptPerTask * taskCount;
  if (answeredCount < keptCount) throw new Error(`${answeredCount} of ${keptCount} arrived`);
  const { startedAtUs, endedAtUs, answerUs } = published;
  return {
    ratePerSecond: (requestCount * 1e6) / (endedAtUs - startedAtUs),
    answerP99Ms: quantile(answerUs.slice(warmUpCount), 0.99) / 1_000,
    sentShare: (answeredCount - keptCount) / requestCount,
  };
}

/** Says something once of each task. */
async function tell(
  bench: Bench,
  server: ServerProcess,
  said: { paths: string[]; bodies: string[] },
): Promise<void> {
  await publish(bench, server, { ...said, requestCount: taskCount, connectionCount });
}

function startBody(id: string): string {
  return JSON.stringify({ id, name: 'Report' });
}

const ends = Array.from({ length: taskCount }, () => '{"result":{"ok":true}}');

/** Each task goes through its steps, each step from its first to its last report. */
function reportBodies(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const progress = index / count;
    const step = steps[Math.floor(progress * steps.length)];
    return JSON.stringify({ step, progress, message: 'Working on it' });
  });
}
