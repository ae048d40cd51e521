import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { CallbackStage } from './contract/callback-stage.ts';
import type { Received } from './contract/callback-stage.ts';

type Accepted = { id: string; deliveryCount: number; held?: boolean; reason?: string };
type ChainEvent = { id: string; hops: number; held: boolean; causationId: string | null };
type Chain = { held: boolean; heldCount: number; allowedHops: number; data: ChainEvent[] };
type Released = { released: boolean; replayId: string | null; allowedHops: number };

/** An agent that answers each event that it gets with another, whatever it gets. */
class Agent implements AsyncDisposable {
  readonly published: Accepted[] = [];
  readonly hops: string[] = [];
  readonly #server: Server;
  #woken = Promise.withResolvers<void>();

  private constructor(stage: CallbackStage, answers: string) {
    this.#server = createServer((request, response) => {
      void buffer(request).then(async () => {
        this.hops.push(String(request.headers['posthorn-hops'] ?? '0'));
        const causationId = String(request.headers['webhook-id']);
        // What it says of its chain itself counts for nothing.
        const body = { type: answers, data: {}, causationId, correlationId: 'mine' };
        this.published.push(await stage.call<Accepted>('POST', '/v1/events', body));
        response.writeHead(200).end();
        this.#woken.resolve();
        this.#woken = Promise.withResolvers();
      });
    });
  }

  static async open(stage: CallbackStage, { wants, answers }: { wants: string; answers: string }) {
    const agent = new Agent(stage, answers);
    agent.#server.listen(0, '127.0.0.1');
    await once(agent.#server, 'listening');
    const { port } = agent.#server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    await stage.call('POST', '/v1/endpoints', { url, types: [wants] });
    return agent;
  }

  async hasPublished(isSo: (all: readonly Accepted[]) => boolean): Promise<void> {
    while (!isSo(this.published)) await this.#woken.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function typesOf(received: readonly Received[]): string[] {
  return received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
}

test('two agents that answer each other are stopped, told of, and let go on', async () => {
  await using stage = await CallbackStage.open();
  const url = `${stage.origin}/alerts`;
  await stage.call('POST', '/v1/endpoints', { url, types: ['posthorn.chain.*'] });
  await using ping = await Agent.open(stage, { wants: 'ping.asked', answers: 'pong.asked' });
  await using pong = await Agent.open(stage, { wants: 'pong.asked', answers: 'ping.asked' });

  const body = { type: 'ping.asked', data: {} };
  const { id } = await stage.call<Accepted>('POST', '/v1/events', body);
  await ping.hasPublished((all) => all.some(({ held }) => held === true));
  await stage.arrived(1);
  const chain = await stage.call<Chain>('GET', `/v1/chains/${id}`);
  const [heldOne] = chain.data;
  const why = await stage.call<{ data: { rule: string; says: string }[] }>(
    'GET',
    `/v1/events/${heldOne?.id}/explain`,
  );

  assert.deepEqual(
    [...ping.hops, ...pong.hops].map(Number).toSorted((a, b) => a - b),
    [...Array.from({ length: 17 }, (_, hops) => hops)],
  );
  assert.deepEqual([chain.held, chain.heldCount, chain.allowedHops], [true, 1, 16]);
  assert.deepEqual([heldOne?.hops, heldOne?.held, chain.data.length], [17, true, 18]);
  assert.equal(heldOne?.causationId, chain.data[1]?.id);
  const held = ping.published.at(-1);
  assert.deepEqual([held?.held, held?.reason, held?.deliveryCount], [true, 'hops', 0]);
  const pongs = why.data.find(({ rule }) => rule === 'held');
  assert.match(pongs?.says ?? '', new RegExp(`POST /v1/chains/${id}/release`));

  await stage.stop();
  await stage.start();
  const released = await stage.call<Released>('POST', `/v1/chains/${id}/release`);
  const again = await stage.call<Released>('POST', `/v1/chains/${id}/release`);
  await pong.hasPublished((all) => all.some((each) => each.held === true));
  await stage.arrived(3);
  const { data, heldCount } = await stage.call<Chain>('GET', `/v1/chains/${id}`);

  assert.deepEqual([released.released, released.allowedHops], [true, 33]);
  assert.deepEqual([again.released, again.replayId], [false, null]);
  assert.deepEqual([data.length, data[0]?.hops, heldCount], [35, 34, 1]);
  assert.deepEqual(typesOf(stage.received).toSorted(), [
    'posthorn.chain.held',
    'posthorn.chain.held',
    'posthorn.chain.released',
  ]);
});
