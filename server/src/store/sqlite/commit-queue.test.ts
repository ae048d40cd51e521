import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { CommitQueue } from './commit-queue.ts';
import type { Weighed } from './commit-queue.ts';

type Item = Weighed & { readonly name: string };

const limits = { rows: 10, bytes: 100 };

function item(name: string, rows: number, bytes = 1): Item {
  const kind = name.startsWith('a') ? 'accept' : 'record';
  return { kind, rows, bytes, name, isPatient: name.startsWith('r') };
}

function queueOf(...items: Item[]): CommitQueue<Item> {
  const queue = new CommitQueue<Item>(limits);
  for (const each of items) queue.add(each);
  return queue;
}

const names = (items: readonly Item[]): string[] => items.map(({ name }) => name);

test('records fill the first half of a commit, accepts the rest, more records what is left', () => {
  const queue = queueOf(item('a1', 3), item('a2', 3), item('r1', 3), item('r2', 2), item('r3', 2));

  const first = names(queue.take());
  const second = names(queue.take());

  assert.deepEqual(first, ['r1', 'r2', 'a1', 'r3']);
  assert.deepEqual(second, ['a2']);
});

test('what one kind leaves free the other may use', () => {
  assert.deepEqual(names(queueOf(item('r1', 4), item('r2', 4)).take()), ['r1', 'r2']);
  assert.deepEqual(names(queueOf(item('a1', 4), item('a2', 6)).take()), ['a1', 'a2']);
});

test('bytes bound a commit as rows do', () => {
  const queue = queueOf(item('a1', 1, 60), item('a2', 1, 60));

  assert.deepEqual(names(queue.take()), ['a1']);
});

test('one item larger than any commit goes alone, whole', () => {
  const queue = queueOf(item('a1', 1), item('a2', 10_001), item('a3', 1));

  const commits = [queue.take(), queue.take(), queue.take(), queue.take()].map(names);

  assert.deepEqual(commits, [['a1'], ['a2'], ['a3'], []]);
});

test('a large event goes though records never end', () => {
  const queue = queueOf(item('r1', 5), item('a1', 10_001), item('r2', 5), item('r3', 5));

  const commits = [queue.take(), queue.take(), queue.take()].map(names);

  assert.deepEqual(commits, [['r1', 'r2'], ['a1'], ['r3']]);
});

test('what is put back goes first, in its order', () => {
  const queue = queueOf(item('r1', 2), item('r2', 2), item('r3', 2));
  const taken = queue.take();
  queue.add(item('r4', 2));

  queue.putBack(taken);

  assert.deepEqual(names(queue.take()), ['r1', 'r2', 'r3', 'r4']);
  assert.equal(queue.size, 0);
});

test('everything comes out once, each kind in order, within the limits', () => {
  const kind = fc.constantFrom<'a' | 'r'>('a', 'r');
  const sizes = fc.record({ kind, rows: fc.integer({ min: 1, max: 15 }) });

  fc.assert(
    fc.property(fc.array(sizes, { maxLength: 60 }), (given) => {
      const items = given.map((each, index) => item(`${each.kind}${index}`, each.rows));
      const queue = queueOf(...items);
      const out: Item[] = [];
      while (queue.size > 0) {
        const taken = queue.take();
        const rows = taken.reduce((sum, each) => sum + each.rows, 0);
        assert.ok(taken.length === 1 || (taken.length > 1 && rows <= limits.rows));
        out.push(...taken);
      }
      for (const one of ['accept', 'record'] as const) {
        const ofKind = (all: readonly Item[]) => names(all.filter((each) => each.kind === one));
        assert.deepEqual(ofKind(out), ofKind(items));
      }
    }),
  );
});

test('a queue is patient only while all that waits may stand back', () => {
  const queue = queueOf(item('r1', 1), item('r2', 1));
  const withRecords = queue.isPatient;

  queue.add(item('a1', 1));
  const withAccept = queue.isPatient;
  queue.take();
  queue.add({ ...item('r3', 1), isPatient: false });
  const withChange = queue.isPatient;
  const taken = queue.take();
  queue.add(item('r4', 1));
  const afterIt = queue.isPatient;
  queue.putBack(taken);

  assert.deepEqual([withRecords, withAccept, withChange, afterIt], [true, false, false, true]);
  assert.equal(queue.isPatient, false);
});

test('what was taken is held no more, so that large items do not pile up', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const queue = queueOf();
  const taken = new WeakRef(item('a1', 1));
  const take = (): void => {
    const held = taken.deref();
    assert.ok(held);
    queue.add(held);
    assert.equal(queue.take().length, 1);
  };

  take();

  return new Promise<void>((resolve) => {
    // A weak reference that was followed holds until the turn is over.
    setImmediate(() => {
      collect();
      assert.equal(taken.deref(), undefined);
      assert.equal(queue.size, 0);
      resolve();
    });
  });
});
