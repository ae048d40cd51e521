import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeenStore } from './seen-store.ts';

/** A store over a clock that the test moves. */
export type OpenStore = (now: () => number) => SeenStore;

/** What every seen-store must do. */
export function seenStoreContract(name: string, open: OpenStore): void {
  test(`${name}: of several that set an absent key, one succeeds`, async () => {
    const store = open(() => 0);

    const all = await Promise.all(['a', 'b', 'c'].map((each) => store.setIfAbsent('k', each, 10)));

    assert.equal(all.filter((isSet) => isSet).length, 1);
    assert.equal(await store.get('k'), ['a', 'b', 'c'][all.indexOf(true)]);
    assert.equal(await store.get('other'), null);
  });

  test(`${name}: a key is gone once its time is over, and can be set anew`, async () => {
    let now = 0;
    const store = open(() => now);
    await store.setIfAbsent('k', 'a', 10);
    now = 9;
    const before = [await store.get('k'), await store.setIfAbsent('k', 'b', 10)];
    now = 10;

    const after = [await store.get('k'), await store.setIfAbsent('k', 'c', 10)];

    assert.deepEqual(
      [before, after],
      [
        ['a', false],
        [null, true],
      ],
    );
    assert.equal(await store.get('k'), 'c');
  });

  test(`${name}: set replaces value and time, delete removes`, async () => {
    let now = 0;
    const store = open(() => now);
    await store.set('k', 'a', 10);
    await store.set('k', 'b', 30);
    now = 20;
    const replaced = await store.get('k');
    await store.delete('k');
    await store.delete('never there');

    assert.equal(replaced, 'b');
    assert.equal(await store.setIfAbsent('k', 'c', 1), true);
  });
}
