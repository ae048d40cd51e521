import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { awaited, ServerStage } from '../contract/server-stage.ts';
import type { Delivery } from '../types/deliveries.ts';
import { createHandler } from './create-handler.ts';
import { RejectEvent } from './handler-errors.ts';
import { acceptLater } from './later.ts';
import type { LaterWork } from './later.ts';
import { MemorySeenStore } from './memory-seen-store.ts';

let stage: ServerStage;
before(async () => {
  stage = await ServerStage.open();
});
after(() => stage[Symbol.asyncDispose]());

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const signal = AbortSignal.timeout(30_000);

/** Has one event delivered to a receiver whose work is done later; answers its delivery's id. */
async function deliver(
  type: string,
  work: LaterWork,
  { posthornUrl }: { posthornUrl?: string } = { posthornUrl: stage.url },
): Promise<string> {
  const { posthorn } = stage;
  const url = await stage.receive(
    createHandler({
      ...{ secret, store: new MemorySeenStore() },
      ...(posthornUrl === undefined ? {} : { posthornUrl }),
      on: { [type]: () => acceptLater(work) },
      onError: () => {
        // The delivery says what went wrong.
      },
    }),
  );
  const retry = { kind: 'schedule', delaysMs: [0, 50], jitter: 0 } as const;
  const endpoint = await posthorn.endpoints.create({ url, secret, retry });
  await posthorn.subscriptions.create({
    ...{ endpointId: endpoint.id, types: [type], ack: { withinMs: 20_000 } },
  });
  const { id: eventId } = await posthorn.events.publish({ type, data: 1 });
  const [delivery] = await posthorn.deliveries.list({ eventId }).first(1);
  assert.ok(delivery);
  return delivery.id;
}

async function until(id: string, isSo: (delivery: Delivery) => boolean): Promise<Delivery> {
  for (;;) {
    signal.throwIfAborted();
    const delivery = await stage.posthorn.deliveries.get(id);
    if (isSo(delivery)) return delivery;
  }
}

test('work that was accepted is delivered once it is done, and not before', async () => {
  const { told: finish, soon: finished } = awaited<string>();
  const id = await deliver('later.done', async (progress) => {
    await progress('half');
    return finished;
  });

  while ((await stage.posthorn.deliveries.reports(id)).length === 0) signal.throwIfAborted();
  const waiting = await stage.posthorn.deliveries.get(id);
  finish('written');
  const done = await until(id, ({ state }) => state === 'delivered');

  assert.deepEqual([waiting.state, waiting.awaitingAck], ['pending', true]);
  assert.deepEqual(
    (await stage.posthorn.deliveries.reports(id)).map(({ kind, note }) => [kind, note]),
    [
      ['ack', 'written'],
      ['progress', 'half'],
    ],
  );
  assert.equal(done.attemptCount, 1);
});

test('work that throws is sent again, and done anew', async () => {
  let tries = 0;
  const id = await deliver('later.again', () => {
    tries += 1;
    return tries === 1 ? Promise.reject(new Error('busy')) : Promise.resolve();
  });

  // The report that ends it may come before the answer that it follows was recorded.
  const isOver = ({ state, attemptCount }: Delivery) => state !== 'pending' && attemptCount >= 2;
  const done = await until(id, isOver);

  assert.deepEqual([done.state, done.attemptCount, tries], ['delivered', 2, 2]);
  assert.equal((await stage.posthorn.deliveries.reports(id)).at(-1)?.note, 'busy');
});

test('an event that is rejected later is a dead letter at once', async () => {
  const id = await deliver('later.never', () => Promise.reject(new RejectEvent('no such contact')));

  const dead = await until(id, ({ state }) => state !== 'pending');

  // What is final is taken at once, perhaps before the answer that it follows was recorded.
  assert.deepEqual([dead.state, dead.reason], ['dead', 'receiver_failed']);
  assert.equal((await stage.posthorn.deliveries.reports(id))[0]?.note, 'no such contact');
});

test('a receiver that cannot report does the work before it answers', async () => {
  let isDone = false;
  const id = await deliver(
    'later.now',
    () => {
      isDone = true;
      return Promise.resolve('now');
    },
    {},
  );

  const done = await until(id, ({ state }) => state !== 'pending');

  assert.deepEqual([done.state, isDone], ['delivered', true]);
  const [attempt] = await stage.posthorn.attempts.list({ deliveryId: id }).first(1);
  assert.equal(attempt?.statusCode, 200);
});
