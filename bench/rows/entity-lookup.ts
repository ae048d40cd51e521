import type { Figure } from '../figure.ts';
import { startServer, type ServerProcess } from '../stage/server-process.ts';
import { publish } from './publish.ts';
import { figure, repeat, type Bench, type Row } from './row.ts';

const row = 'entity look-up';
const fewSubscriptions = 1_000;
const endpointCount = 100;
const perRequest = 1_000;
const connectionCount = 16;
const makers = 2;
const bodyCount = 10_000;

type Sample = { readonly cpuPer1000: number; readonly residentMb: number };

/** What an event about one entity costs among a million subscriptions of single entities. */
export const entityLookup: Row = {
  name: row,
  async measure(bench: Bench): Promise<Figure[]> {
    const { manySubscriptions } = bench.scale;
    const few = await repeat(bench, `${row}, few`, () => sample(bench, fewSubscriptions));
    const many = await repeat(bench, `${row}, many`, () => sample(bench, manySubscriptions));
    const ratios = many.map((each, index) => each.cpuPer1000 / (few[index]?.cpuPer1000 ?? 0));
    const counts = `${manySubscriptions} ÷ ${fewSubscriptions}`;
    const more = many.map((each, index) => each.residentMb - (few[index]?.residentMb ?? 0));
    const share = (manySubscriptions - fewSubscriptions) / 1e6;
    return [
      figure(
        { row, says: `CPU per event at ${counts} subscriptions`, bound: 'at most', must: 1.3 },
        ratios,
        many.map(({ cpuPer1000 }) => `${(cpuPer1000 * 1e3).toFixed(0)} ms per 1,000`).join(', '),
      ),
      figure(
        { row, says: 'resident memory of a million', unit: 'MB', bound: 'at most', must: 2_000 },
        more.map((megabytes) => megabytes / share),
      ),
    ];
  },
};

async function sample(bench: Bench, count: number): Promise<Sample> {
  const { stage, scale } = bench;
  const dataDir = stage.newDir();
  {
    await using maker = await startServer(stage, dataDir);
    await subscribe(bench, maker, count);
    await maker.stop('SIGTERM');
  }
  // What making them took is no part of what they cost.
  await using server = await startServer(stage, dataDir);
  const bodies = eventBodies(count);
  const wish = { bodies, connectionCount, requestCount: scale.lookupCount };
  await delivered(bench, server, { ...wish, requestCount: Math.ceil(scale.lookupCount / 3) });
  const before = server.figures();
  await delivered(bench, server, wish);
  const after = server.figures();
  const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
  return {
    cpuPer1000: (cpuSeconds * 1_000) / scale.lookupCount,
    residentMb: before.residentMb,
  };
}

async function delivered(
  bench: Bench,
  server: ServerProcess,
  wish: Parameters<typeof publish>[2],
): Promise<void> {
  const { actors, scale } = bench;
  await actors.receiver('reset', null);
  await publish(bench, server, wish);
  const until = { count: wish.requestCount, waitMs: scale.waitMs };
  const { answeredCount } = await actors.receiver('until', until);
  const isDrained = await server.api.isDrained(scale.waitMs);
  if (answeredCount === wish.requestCount && isDrained) return;
  throw new Error(`${answeredCount} of ${wish.requestCount} deliveries arrived`);
}

async function subscribe(bench: Bench, server: ServerProcess, count: number): Promise<void> {
  const { receiverUrl } = bench.actors;
  const endpoints: string[] = [];
  for (let made = 0; made < endpointCount; made += 1) {
    endpoints.push((await server.api.createEndpoint(`${receiverUrl}/ok/${made}`)).id);
  }
  const requestCount = Math.ceil(count / perRequest);
  const bodies = Array.from({ length: requestCount }, (_, at) => wishes(endpoints, at));
  const paths = ['/v1/subscriptions/batch'];
  await publish(bench, server, { bodies, paths, requestCount, connectionCount: makers });
}

/** A thousand contacts that nobody else asks for. */
function wishes(endpoints: readonly string[], at: number): string {
  const subscriptions = Array.from({ length: perRequest }, (_, index) => ({
    endpointId: endpoints[index % endpoints.length],
    types: ['context.updated'],
    entity: { type: 'contact', id: `contact_${at * perRequest + index}` },
  }));
  return JSON.stringify({ subscriptions });
}

/** Events spread over all the contacts, each wanted by one endpoint. */
function eventBodies(count: number): string[] {
  return Array.from({ length: bodyCount }, (_, index) => {
    const id = `contact_${Math.floor((index * count) / bodyCount)}`;
    return JSON.stringify({
      type: 'context.updated',
      entity: { type: 'contact', id },
      data: { entity: { type: 'contact', id }, changes: { plan: { old: 'free', new: 'pro' } } },
    });
  });
}
