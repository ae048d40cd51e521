import type { Figure } from '../figure.ts';
import { commitCostMs } from '../stage/commit-cost.ts';
import { median } from '../stage/quantile.ts';
import { startServer } from '../stage/server-process.ts';
import { timedAges } from './rated.ts';
import { figure, repeat, type Bench, type Row } from './row.ts';

const row = 'latency';
const allowanceMs = 4;
const p99Factor = 8;

/** From publishing to arrival at 50/s, against one durable commit measured in the same place. */
export const latency: Row = {
  name: row,
  async measure(bench: Bench): Promise<Figure[]> {
    const taken = await repeat(bench, row, () => sample(bench));
    const commitMs = median(taken.map((one) => one.commitMs));
    const must = commitMs + allowanceMs;
    const note = `one synced commit takes ${commitMs.toFixed(2)} ms`;
    const most = { row, unit: 'ms', bound: 'at most' } as const;
    const p50 = { ...most, says: 'publish → arrival, p50', must, aim: allowanceMs };
    const p99 = { ...most, says: 'publish → arrival, p99', must: must * p99Factor };
    return [
      figure(
        p50,
        taken.map((one) => one.p50Ms),
        note,
      ),
      figure(
        p99,
        taken.map((one) => one.p99Ms),
        note,
      ),
    ];
  },
};

async function sample(bench: Bench) {
  const { stage, actors } = bench;
  await using server = await startServer(stage, stage.newDir());
  await server.api.createEndpoint(`${actors.receiverUrl}/timed`, { types: ['*'] });
  const before = commitCostMs(stage.dir);
  const ages = await timedAges(bench, server, { timed: 'task.progress', besides: [] });
  return { ...ages, commitMs: median([before, commitCostMs(stage.dir)]) };
}
