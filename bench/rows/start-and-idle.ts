import { setTimeout as wait } from 'node:timers/promises';
import type { Figure } from '../figure.ts';
import { startServer } from '../stage/server-process.ts';
import { figure, repeat, type Bench, type Row } from './row.ts';

const row = 'start and idle';
const settleMs = 2_000;

/** How long a start on an empty directory takes, and what a server costs that has nothing to do. */
export const startAndIdle: Row = {
  name: row,
  async measure(bench: Bench): Promise<Figure[]> {
    // The first start of a checkout compiles; a clean stop keeps what it compiled.
    await sample(bench, 0);
    const taken = await repeat(bench, row, () => sample(bench, bench.scale.idleSeconds));
    const most = { row, bound: 'at most' } as const;
    const start = { says: 'start to ready', unit: 's', must: 0.8, aim: 0.4 } as const;
    const memory = { says: 'idle memory', unit: 'MB', must: 150, aim: 110 } as const;
    const idle = { says: 'idle CPU of a core', unit: '%', must: 1 } as const;
    return [
      figure(
        { ...most, ...start },
        taken.map(({ startMs }) => startMs / 1_000),
      ),
      figure(
        { ...most, ...memory },
        taken.map(({ idleMb }) => idleMb),
      ),
      figure(
        { ...most, ...idle },
        taken.map(({ idlePercent }) => idlePercent),
      ),
    ];
  },
};

async function sample({ stage, actors }: Bench, seconds: number) {
  await using server = await startServer(stage, stage.newDir());
  await server.api.createEndpoint(`${actors.receiverUrl}/ok`, { types: ['*'] });
  await wait(seconds === 0 ? 0 : settleMs);
  const before = server.figures();
  await wait(seconds * 1_000);
  const after = server.figures();
  await server.stop('SIGTERM');
  const idlePercent = ((after.cpuSeconds - before.cpuSeconds) * 100) / seconds;
  return { startMs: server.startMs, idleMb: after.residentMb, idlePercent };
}
