import { batchBody, eventBody } from '../http/event-bytes.ts';
import type { Published, PublishPlan } from '../http/publish-plan.ts';
import type { ServerProcess } from '../stage/server-process.ts';
import type { Bench } from './row.ts';

const fillConnections = 4;
const fillBatch = 1_000;

type Wish = Partial<PublishPlan> & Pick<PublishPlan, 'requestCount' | 'connectionCount'>;

/** Publishes what a row wishes; if nothing else, the one event per request in a closed loop. */
export function publish(bench: Bench, server: ServerProcess, wish: Wish): Promise<Published> {
  return bench.actors.publisher('publish', {
    port: server.api.port,
    key: server.api.key,
    isBatch: false,
    bodies: [eventBody()],
    ratePerSecond: null,
    stampsTime: false,
    waitMs: bench.scale.waitMs,
    ...wish,
  });
}

/** Publishes many events by the thousand, to have them waiting. */
export function fill(
  bench: Bench,
  server: ServerProcess,
  { count, key = '' }: { count: number; key?: string },
): Promise<Published> {
  return publish(bench, server, {
    isBatch: true,
    bodies: [batchBody(fillBatch, eventBody({ key }))],
    requestCount: Math.ceil(count / fillBatch),
    connectionCount: fillConnections,
  });
}
