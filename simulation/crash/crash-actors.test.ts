import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import { readLines, type Arrival, type Publication } from './crash-log.ts';
import { hashOf } from './hashes.ts';
import { Scene } from './scene.ts';

type Event = { id: string; data: unknown };
type Posted = { events: Event[]; isAnswered: boolean };

const requestsMin = 40;

test('the publisher repeats what was cut, and logs only what was answered', async () => {
  const scene = new Scene();
  const log = join(scene.dir, 'published');
  const posted: Posted[] = [];
  const enough = Promise.withResolvers<void>();
  const front = await startFront((one) => {
    if (posted.push(one) === requestsMin) enough.resolve();
  });

  const args = [log, String(portOf(front)), 'ph_test', '1'];
  const publisher = scene.fork('simulation/crash/publisher.ts', args, {});
  await enough.promise;
  publisher.send('stop');
  await once(publisher, 'exit');
  front.close();

  const logged = readLines<Publication>(log);
  const idsOf = (did: string) => logged.filter((one) => one.did === did).map((one) => one.eventId);
  const answered = posted.filter(({ isAnswered }) => isAnswered).flatMap(({ events }) => events);
  assert.equal(publisher.exitCode, 0);
  assert.deepEqual(idsOf('acknowledged').toSorted(), answered.map(({ id }) => id).toSorted());
  assert.deepEqual(idsOf('sent').toSorted(), idsOf('acknowledged').toSorted());
  const hashById = new Map(logged.map(({ eventId, dataHash }) => [eventId, dataHash]));
  for (const { id, data } of answered) assert.equal(hashById.get(id), hashOf(JSON.stringify(data)));
});

test('the receiver writes down what came, whether it verifies, and what it answered', async () => {
  const scene = new Scene();
  const log = join(scene.dir, 'arrivals');
  const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
  const receiver = scene.fork('simulation/crash/receiver.ts', [log], {});
  const [port] = (await once(receiver, 'message')) as [number];
  receiver.send({ path: '/e0', secret });

  await post(`http://127.0.0.1:${port}/e0`, secret);
  await post(`http://127.0.0.1:${port}/e0`, `whsec_${Buffer.alloc(32, 4).toString('base64')}`);
  receiver.kill();

  const [good, forged] = readLines<Arrival>(log);
  assert.deepEqual([good?.isVerified, forged?.isVerified], [true, false]);
  assert.equal(good?.dataHash, hashOf('{"number":1}'));
  assert.deepEqual([good?.eventId, good?.endpoint, good?.attempt], ['evt_1', '/e0', 7]);
});

/** Cuts every third request off without an answer, as a killed server does. */
async function startFront(onPosted: (posted: Posted) => void): Promise<Server> {
  let requestCount = 0;
  const server = createServer((incoming, response) => {
    requestCount += 1;
    const isAnswered = requestCount % 3 !== 0;
    void text(incoming).then((body) => {
      const parsed = JSON.parse(body) as Event & { events?: Event[] };
      onPosted({ events: parsed.events ?? [parsed], isAnswered });
      if (!isAnswered) return incoming.socket.destroy();
      const results = parsed.events?.map(({ id }) => ({ id, duplicate: false }));
      return response.writeHead(202).end(JSON.stringify({ id: parsed.id, results }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function post(url: string, secret: string): Promise<void> {
  const now = new Date();
  const body = '{"type":"crash.test","timestamp":"2026-01-01T00:00:00.000Z","data":{"number":1}}';
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign('evt_1', now, body),
    'posthorn-attempt': '7',
  };
  await (await request(url, { method: 'POST', headers, body })).body.dump();
}
