import { batchBody } from '../http/event-bytes.ts';
import type { Tally } from '../http/tally.ts';
import { runLoop, type LoopSample } from '../stage/actors.ts';
import { startServer, type ServerProcess } from '../stage/server-process.ts';
import { requireVerified } from '../stage/verified.ts';
import { publish } from './publish.ts';
import { repeat, type Bench } from './row.ts';

const warmUpShare = 1 / 3;
const connectionCounts = { single: 400, fanned: 200, batch: 16 };

/** One measured stretch of publishing and delivering, with the yardstick taken right before it. */
export type ThroughputSample = {
  loop: LoopSample;
  deliveriesPerSecond: number;
  cpuSecondsPer1000: number;
  /** Deliveries that arrived and have no succeeded attempt in the log; below zero, extra ones. */
  missingAttempts: number;
};

/** Single publishes to so many endpoints, measured once a run however many rows ask. */
export async function throughputs(bench: Bench, fanOut: number): Promise<ThroughputSample[]> {
  const known = bench.throughputs.get(fanOut);
  if (known !== undefined) return known;
  const take = () => sample(bench, { fanOut, batchSize: 1 });
  const samples = await repeat(bench, `fan-out ${fanOut}`, take);
  bench.throughputs.set(fanOut, samples);
  return samples;
}

/** One sample on a new server: from the first publish to the last arrival. */
export async function sample(
  bench: Bench,
  { fanOut, batchSize }: { fanOut: number; batchSize: number },
): Promise<ThroughputSample> {
  const { stage, actors, scale } = bench;
  const loop = await runLoop(stage, actors, scale.loopCount);
  await using server = await startServer(stage, stage.newDir());
  const secrets = await createEndpoints(bench, server, fanOut);
  const wish = { fanOut, batchSize };
  const warmUp = await stretch(bench, server, {
    ...wish,
    count: Math.ceil(scale.deliveryCount * warmUpShare),
  });
  const measured = await stretch(bench, server, { ...wish, count: scale.deliveryCount });
  requireVerified(measured.tally, secrets);
  const arrivedCount = warmUp.tally.answeredCount + measured.tally.answeredCount;
  const missingAttempts = arrivedCount - (await server.api.countSucceeded(2 * arrivedCount));
  const { deliveriesPerSecond, cpuSecondsPer1000 } = measured;
  return { loop, deliveriesPerSecond, cpuSecondsPer1000, missingAttempts };
}

async function createEndpoints(
  { actors }: Bench,
  server: ServerProcess,
  count: number,
): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  for (let number = 0; number < count; number += 1) {
    const path = `/ok/${number}`;
    const { secret } = await server.api.createEndpoint(actors.receiverUrl + path, { types: ['*'] });
    secrets.set(path, secret);
  }
  return secrets;
}

type Stretch = { tally: Tally; deliveriesPerSecond: number; cpuSecondsPer1000: number };

async function stretch(
  bench: Bench,
  server: ServerProcess,
  { fanOut, batchSize, count }: { fanOut: number; batchSize: number; count: number },
): Promise<Stretch> {
  const { actors, scale } = bench;
  const requestCount = Math.ceil(count / fanOut / batchSize);
  const expected = requestCount * batchSize * fanOut;
  await actors.receiver('reset', null);
  const cpuBefore = server.figures().cpuSeconds;
  const published = await publish(bench, server, {
    requestCount,
    connectionCount: connectionsFor(fanOut, batchSize),
    ...(batchSize > 1 && { isBatch: true, bodies: [batchBody(batchSize)] }),
  });
  const tally = await actors.receiver('until', { count: expected, waitMs: scale.waitMs });
  const isDrained = await server.api.isDrained(scale.waitMs);
  const cpuSeconds = server.figures().cpuSeconds - cpuBefore;
  if (tally.answeredCount !== expected || !isDrained) {
    throw new Error(`${tally.answeredCount} of ${expected} deliveries arrived`);
  }
  const seconds = (tally.lastAtUs - published.startedAtUs) / 1e6;
  const cpuSecondsPer1000 = (cpuSeconds * 1_000) / expected;
  return { tally, deliveriesPerSecond: expected / seconds, cpuSecondsPer1000 };
}

function connectionsFor(fanOut: number, batchSize: number): number {
  if (batchSize > 1) return connectionCounts.batch;
  return fanOut === 1 ? connectionCounts.single : connectionCounts.fanned;
}
