import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pairOf, type Evidence } from './crash-judge.ts';
import { readLines, type Arrival, type Publication } from './crash-log.ts';
import { freePort, CrashServer } from './crash-server.ts';
import type { Scene } from './scene.ts';
import { seeded } from './seeded.ts';

const endpoints = ['/e0', '/e1', '/e2', '/e3', '/e4'];
const loadMsMin = 200;
const loadMsMax = 3_000;
const drainMs = 60_000;
const drainPollMs = 200;
// Some attempts are refused on purpose; hours between tries would prove nothing more.
const retry = { kind: 'schedule', delaysMs: Array<number>(20).fill(200), jitter: 0.1 };

type Order = { rounds: number; seed: number; tell: (line: string) => void };
type Created = { id: string; secret: string };

/** Kills the server again and again under load and answers what everyone wrote down meanwhile. */
export async function crashRun(scene: Scene, { rounds, seed, tell }: Order): Promise<Evidence> {
  const chance = seeded(seed);
  const [arrivalLog, publicationLog] = [join(scene.dir, 'arrivals'), join(scene.dir, 'published')];
  const server = new CrashServer(scene, await freePort());
  await server.start();
  const receiver = scene.fork('simulation/crash/receiver.ts', [arrivalLog], {});
  const pathById = await createEndpoints(server, receiver);
  const publisherArgs = [publicationLog, String(server.port), server.key, String(seed)];
  const publisher = scene.fork('simulation/crash/publisher.ts', publisherArgs, {});
  let startMs = 0;
  const killsUs: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const loadMs = loadMsMin + chance() * (loadMsMax - loadMsMin);
    await wait(loadMs);
    if (publisher.exitCode !== null) throw new Error('the publisher gave up');
    killsUs.push(await server.kill());
    const load = `${Math.round(loadMs)} ms of load, then kill -9`;
    startMs = await server.start();
    tell(`round ${round}/${rounds}: ${load}; ready again in ${Math.round(startMs)} ms`);
  }
  await stopPublisher(publisher);
  await waitUntilDrained(server);
  return {
    endpoints,
    publications: readLines<Publication>(publicationLog),
    arrivals: readLines<Arrival>(arrivalLog),
    killsUs,
    recorded: await recordedSuccesses(server, pathById),
    pendingCount: await countDeliveries(server, 'pending'),
    deadCount: await countDeliveries(server, 'dead'),
  };
}

async function createEndpoints(
  server: CrashServer,
  receiver: ChildProcess,
): Promise<Map<string, string>> {
  const [port] = (await once(receiver, 'message')) as [number];
  const pathById = new Map<string, string>();
  for (const path of endpoints) {
    const url = `http://127.0.0.1:${port}${path}`;
    const { id, secret } = await server.post<Created>('/v1/endpoints', {
      url,
      types: ['*'],
      retry,
    });
    receiver.send({ path, secret });
    pathById.set(id, path);
  }
  return pathById;
}

async function stopPublisher(publisher: ChildProcess): Promise<void> {
  if (publisher.exitCode !== null) throw new Error('the publisher gave up');
  const gone = once(publisher, 'exit');
  publisher.send('stop');
  await gone;
  if (publisher.exitCode !== 0) throw new Error('the publisher gave up');
}

async function waitUntilDrained(server: CrashServer): Promise<void> {
  for (let waitedMs = 0; waitedMs < drainMs; waitedMs += drainPollMs) {
    const first = await server.list('/v1/deliveries?state=pending&').next();
    if (first.done === true) return;
    await wait(drainPollMs);
  }
}

async function recordedSuccesses(
  server: CrashServer,
  pathById: ReadonlyMap<string, string>,
): Promise<Map<string, number>> {
  const recorded = new Map<string, number>();
  type Listed = { eventId: string; endpointId: string; status: string };
  for await (const attempt of server.list<Listed>('/v1/attempts?')) {
    if (attempt.status !== 'succeeded') continue;
    const pair = pairOf(attempt.eventId, pathById.get(attempt.endpointId) ?? '');
    recorded.set(pair, (recorded.get(pair) ?? 0) + 1);
  }
  return recorded;
}

async function countDeliveries(server: CrashServer, state: string): Promise<number> {
  let count = 0;
  for await (const _ of server.list(`/v1/deliveries?state=${state}&`)) count += 1;
  return count;
}
