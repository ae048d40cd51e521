import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EventId } from '../ids.ts';
import { instant } from '../instant.ts';
import { limits } from '../limits.ts';
import { calmChain, chainOf, chainValue, holdChain, markBusy, releaseChain } from './chain.ts';
import type { Chain } from './chain.ts';
import { isChained } from './is-chained.ts';

const id = 'evt_1' as EventId;
const now = instant(1_750_000_000_000);

test('an event within the hops holds nothing, and the first beyond holds the chain', () => {
  const within = holdChain(calmChain, { id, hops: limits.hops }, now);
  const beyond = holdChain(calmChain, { id, hops: limits.hops + 1 }, now);

  assert.equal(within, null);
  assert.deepEqual(beyond, { ...calmChain, heldAt: now, heldEventId: id });
});

test('a chain is held once, and released once', () => {
  const held = holdChain(calmChain, { id, hops: 17 }, now) ?? assert.fail();

  const again = holdChain(held, { id, hops: 18 }, now);
  const released = releaseChain(held, 18, now) ?? assert.fail();

  assert.equal(again, null);
  assert.deepEqual([released.allowedHops, released.heldAt, released.releasedAt], [34, null, now]);
  assert.equal(releaseChain(released, 18, now), null);
});

test('whatever is held, a release lets all of it go and as many hops again follow', () => {
  const most = fc.integer({ min: limits.hops + 1, max: 10_000 });
  fc.assert(
    fc.property(most, fc.nat({ max: 5_000 }), (maxHops, before) => {
      const allowedHops = limits.hops + before;
      const held: Chain = { ...calmChain, allowedHops, heldAt: now };

      const released = releaseChain(held, maxHops, now) ?? assert.fail();

      assert.ok(released.allowedHops >= maxHops + limits.hops);
      assert.ok(released.allowedHops > allowedHops);
    }),
  );
});

test('a chain is told to be busy once an hour', () => {
  const busy = markBusy(calmChain, now) ?? assert.fail();

  assert.equal(markBusy(busy, instant(now + limits.chainHourMs - 1)), null);
  assert.notEqual(markBusy(busy, instant(now + limits.chainHourMs)), null);
});

test('what is kept of a chain is read back as it was', () => {
  const chain = holdChain(calmChain, { id, hops: 17 }, now) ?? assert.fail();

  const value: unknown = JSON.parse(JSON.stringify(chainValue(chain)));

  assert.deepEqual(chainOf({ value: value as ReturnType<typeof chainValue> }), chain);
  assert.deepEqual(chainOf(null), calmChain);
});

const rows: [because: string, correlationId: string, type: string, expected: boolean][] = [
  ['it continues a chain or names one', 'c-1', 'a.b', true],
  ['it is a chain of its own', id, 'a.b', false],
  ['progress comes in floods and leads to nothing', 'c-1', 'task.progress', false],
];
for (const [because, correlationId, type, expected] of rows) {
  test(`${type} of ${correlationId} counts: ${expected}, because ${because}`, () => {
    assert.equal(isChained({ id, type, correlationId }), expected);
  });
}
