import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { StoredEvent } from '../core/event.ts';
import type { Position, TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { sampleEvent } from '../store/contract/sample.ts';
import { PayloadCache } from './payload-cache.ts';

const tenant = 'default' as TenantId;

/** A store that counts what is read; every position holds an event of `bytes` bytes. */
function countingQueue(bytes: number) {
  const reads: number[] = [];
  return {
    reads,
    readEvents: ({ positions }: { positions: readonly Position[] }) => {
      reads.push(positions.length);
      return Promise.resolve(positions.filter((at) => at < 1_000).map((at) => stored(at, bytes)));
    },
  };
}

function stored(position: number, bytes: number): StoredEvent {
  return { ...sampleEvent(), position: position as Position, data: new Uint8Array(bytes) };
}

test('what was put is answered at once, without a read', () => {
  const queue = countingQueue(10);
  const cache = new PayloadCache(queue);

  cache.put(stored(1, 10), 2);
  const found = cache.take(tenant, 1 as Position);

  assert.ok(!(found instanceof Promise) && found.position === 1);
  assert.deepEqual(queue.reads, []);
});

test('what was put is let go when it has been taken as often as was said', async () => {
  const queue = countingQueue(10);
  const cache = new PayloadCache(queue);
  cache.put(stored(1, 10), 2);

  for (const _ of [1, 2]) void cache.take(tenant, 1 as Position);
  const bytesLeft = cache.bytes;
  await cache.take(tenant, 1 as Position);

  assert.equal(bytesLeft, 0);
  assert.deepEqual(queue.reads, [1]);
});

test('reads of one turn go together, and one position is read once', async () => {
  const queue = countingQueue(10);
  const cache = new PayloadCache(queue);

  const found = await Promise.all(
    [1, 2, 2, 3].map(async (at) => cache.take(tenant, at as Position)),
  );

  assert.deepEqual(
    found.map((event) => event?.position),
    [1, 2, 2, 3],
  );
  assert.deepEqual(queue.reads, [3]);
});

test('a use that will not come lets the event go as one that came', () => {
  const cache = new PayloadCache(countingQueue(10));
  cache.put(stored(1, 10), 2);

  cache.release(1 as Position);
  const found = cache.take(tenant, 1 as Position);

  assert.ok(!(found instanceof Promise));
  assert.equal(cache.bytes, 0);
});

test('one read asks for no more events than the limit', async () => {
  const queue = countingQueue(10);
  const cache = new PayloadCache(queue);
  const positions = Array.from({ length: limits.payloadsPerRead + 1 }, (_, at) => at + 1);

  await Promise.all(positions.map(async (at) => cache.take(tenant, at as Position)));

  assert.deepEqual(queue.reads, [limits.payloadsPerRead, 1]);
});

test('an event that the store has not is null, and is asked for again', async () => {
  const queue = countingQueue(10);
  const cache = new PayloadCache(queue);

  const first = await cache.take(tenant, 5_000 as Position);
  const second = await cache.take(tenant, 5_000 as Position);

  assert.deepEqual([first, second], [null, null]);
  assert.deepEqual(queue.reads, [1, 1]);
});

test('the least used goes first when the bytes are over the bound', async () => {
  const queue = countingQueue(1_000);
  const cache = new PayloadCache(queue, 4_500);
  for (const at of [1, 2]) cache.put(stored(at, 1_000), 9);

  void cache.take(tenant, 1 as Position);
  cache.put(stored(3, 1_000), 9);
  await cache.take(tenant, 2 as Position);

  assert.deepEqual(queue.reads, [1]);
  assert.ok(!(cache.take(tenant, 3 as Position) instanceof Promise));
  assert.ok(cache.bytes <= 4_500);
});

test('a read that fails fails all who wait for it, and the next try reads again', async () => {
  let isBroken = true;
  const queue = countingQueue(10);
  const cache = new PayloadCache({
    readEvents: (query) =>
      isBroken ? Promise.reject(new Error('no answer')) : queue.readEvents(query),
  });

  const both = await Promise.allSettled(
    [1, 1].map(async (at) => cache.take(tenant, at as Position)),
  );
  isBroken = false;
  const again = await cache.take(tenant, 1 as Position);

  assert.deepEqual(
    both.map((each) => each.status),
    ['rejected', 'rejected'],
  );
  assert.equal(again?.position, 1);
});
