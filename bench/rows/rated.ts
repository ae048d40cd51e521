import { eventBody } from '../http/event-bytes.ts';
import { quantile } from '../stage/quantile.ts';
import type { ServerProcess } from '../stage/server-process.ts';
import { publish } from './publish.ts';
import type { Bench } from './row.ts';

const connectionCount = 64;
const timedPerSecond = 50;
const warmUpSeconds = 2;

/** How old bodies were when they arrived, from the sending of their publish request. */
export type Ages = { p50Ms: number; p99Ms: number };

/**
 * Publishes `timed` events at 50/s, each followed by one of `besides` in turn, and answers the
 * ages of the timed ones at arrival. The first two seconds are dropped.
 */
export async function timedAges(
  bench: Bench,
  server: ServerProcess,
  { timed, besides }: { timed: string; besides: readonly string[] },
): Promise<Ages> {
  const { actors, scale } = bench;
  const warmUpCount = timedPerSecond * warmUpSeconds;
  const count = timedPerSecond * scale.rateSeconds + warmUpCount;
  const timedBody = eventBody({ type: timed });
  const pairs = besides.flatMap((type) => [timedBody, eventBody({ type })]);
  const perTimed = besides.length === 0 ? 1 : 2;
  await actors.receiver('reset', null);
  await publish(bench, server, {
    bodies: besides.length === 0 ? [timedBody] : pairs,
    requestCount: count * perTimed,
    connectionCount,
    ratePerSecond: timedPerSecond * perTimed,
    stampsTime: true,
  });
  const { agesUs } = await actors.receiver('until', { count, waitMs: scale.waitMs });
  if (agesUs.length !== count) throw new Error(`${agesUs.length} of ${count} timed ones arrived`);
  const kept = agesUs.slice(warmUpCount);
  return { p50Ms: quantile(kept, 0.5) / 1_000, p99Ms: quantile(kept, 0.99) / 1_000 };
}
