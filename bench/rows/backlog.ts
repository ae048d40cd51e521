import type { Figure } from '../figure.ts';
import type { Tally } from '../http/tally.ts';
import { median } from '../stage/quantile.ts';
import { startServer, type ServerProcess } from '../stage/server-process.ts';
import { fill } from './publish.ts';
import { figure, repeat, type Bench, type Row } from './row.ts';

const row = 'backlog';
/** Arrivals dropped from the start of each drain, while connections open and code gets warm. */
const smallDropped = 2_000;
const largeDropped = 20_000;
const parts = 3;

/** How fast a backlog drains, what memory that takes, and how long a start with it takes. */
export const backlog: Row = {
  name: row,
  async measure(bench: Bench): Promise<Figure[]> {
    const { smallBacklog, largeBacklog } = bench.scale;
    const small = await measureSmall(bench);
    const large = await measureLarge(bench);
    const smallRate = median(small);
    const withLarge = `with ${largeBacklog} pending`;
    const says = `drain rate ${withLarge} ÷ with ${smallBacklog}`;
    const rate = { row, says, bound: 'at least', must: 0.8, aim: 0.95 } as const;
    const shares = large.rates.map((largeRate) => largeRate / smallRate);
    const thirds = large.rates.map(Math.round).join(', ');
    const rates = `${thirds} (its thirds) / ${Math.round(smallRate)}`;
    const most = { row, bound: 'at most' } as const;
    const memory = { says: `peak memory ${withLarge}`, unit: 'MB', must: 350, aim: 250 } as const;
    const start = { says: `start to ready ${withLarge}`, unit: 's', must: 10, aim: 3 } as const;
    const missing = { says: 'arrivals without their attempt in the log', must: 0 };
    return [
      figure(rate, shares, `${rates} deliveries/s`),
      figure({ ...most, ...memory }, [large.peakMb]),
      figure({ ...most, ...start }, [large.startSeconds]),
      figure({ ...most, ...missing }, [large.missingAttempts]),
    ];
  },
};

async function measureSmall(bench: Bench): Promise<number[]> {
  const { stage, scale } = bench;
  await using server = await startServer(stage, stage.newDir());
  const endpointId = await createEndpoint(bench, server);
  const drainOne = async (): Promise<number> => {
    await server.api.post(`/v1/endpoints/${endpointId}/pause`);
    await fill(bench, server, { count: scale.smallBacklog });
    const tally = await drain(bench, server, { endpointId, count: scale.smallBacklog });
    return rateBetween(tally, smallDropped, scale.smallBacklog);
  };
  for (let warmUps = 0; warmUps < largeDropped / scale.smallBacklog; warmUps += 1) await drainOne();
  return await repeat(bench, `${row}: ${scale.smallBacklog} pending`, drainOne);
}

async function measureLarge(bench: Bench) {
  const { stage, scale, tell } = bench;
  const count = scale.largeBacklog;
  const dataDir = stage.newDir();
  tell(`${row}: publishing ${count}`);
  const filled = await fillPaused(bench, dataDir);
  tell(`${row}: starting with ${count} pending`);
  await using server = await startServer(stage, dataDir);
  tell(`${row}: draining ${count}`);
  const tally = await drain(bench, server, { endpointId: filled.endpointId, count });
  const part = Math.floor((count - largeDropped) / parts);
  const rates = Array.from({ length: parts }, (_, number) => {
    const from = largeDropped + number * part;
    return rateBetween(tally, from, from + part);
  });
  if (!(await server.api.isDrained(scale.waitMs))) throw new Error('deliveries stay pending');
  const peakMb = Math.max(filled.peakMb, server.figures().peakResidentMb);
  tell(`${row}: counting ${count} attempts`);
  const missingAttempts = Math.abs(count - (await server.api.countSucceeded(2 * count)));
  return { rates, peakMb, startSeconds: server.startMs / 1_000, missingAttempts };
}

async function fillPaused(bench: Bench, dataDir: string) {
  await using server = await startServer(bench.stage, dataDir);
  const endpointId = await createEndpoint(bench, server);
  await server.api.post(`/v1/endpoints/${endpointId}/pause`);
  await fill(bench, server, { count: bench.scale.largeBacklog });
  const peakMb = server.figures().peakResidentMb;
  await server.stop('SIGTERM');
  return { endpointId, peakMb };
}

async function createEndpoint({ actors }: Bench, { api }: ServerProcess): Promise<string> {
  const { id } = await api.createEndpoint(`${actors.receiverUrl}/ok`, { types: ['*'] });
  return id;
}

async function drain(
  { actors, scale }: Bench,
  { api }: ServerProcess,
  { endpointId, count }: { endpointId: string; count: number },
): Promise<Tally> {
  await actors.receiver('reset', null);
  await api.post(`/v1/endpoints/${endpointId}/resume`);
  const tally = await actors.receiver('until', { count, waitMs: scale.waitMs });
  if (tally.answeredCount !== count) throw new Error(`${tally.answeredCount} of ${count} arrived`);
  return tally;
}

function rateBetween({ marksUs, arrivalsPerMark }: Tally, from: number, to: number): number {
  const atUs = (count: number) => marksUs[Math.floor(count / arrivalsPerMark) - 1] ?? Number.NaN;
  return ((to - from) * 1e6) / (atUs(to) - atUs(from));
}
