import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chance, Clock } from './clock.ts';
import { idPrefixes } from './ids.ts';
import type { IdKind } from './ids.ts';
import { instant } from './instant.ts';
import { createIdMaker, isCallersId, isId } from './make-id.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A clock that reads the given instants, the last one for ever; the same bytes each time. */
function deps(instants: readonly number[], byte = 0xa5): { clock: Clock; chance: Chance } {
  let reads = 0;
  const now = () => instant(instants[Math.min(reads++, instants.length - 1)] ?? 0);
  const clock = { now, monotonicMs: () => 0, wallSeconds: () => 0 };
  const chance = { sample: () => 0, bytes: (count: number) => new Uint8Array(count).fill(byte) };
  return { clock, chance };
}

/** The 128 bits behind an id. */
function bits(id: string): bigint {
  const text = id.slice(id.indexOf('_') + 1);
  return Array.from(text).reduce((sum, letter) => sum * 32n + BigInt(alphabet.indexOf(letter)), 0n);
}

test('an id is a UUIDv7 of the instant at which it was made', () => {
  const at = 1_767_225_600_123;

  const id = bits(createIdMaker(deps([at], 0xff)).make('event'));

  assert.equal(id >> 80n, BigInt(at));
  assert.equal((id >> 76n) & 0xfn, 7n, 'version');
  assert.equal((id >> 62n) & 0b11n, 2n, 'variant');
  assert.equal(id & ((1n << 62n) - 1n), (1n << 62n) - 1n, 'every random bit comes from chance');
});

test('ids rise while the clock stands, runs out of counters and goes back', () => {
  const clock = [...Array.from({ length: 10_000 }, () => 1_000), 900, 1_000, 1_001, 2_000];
  const ids = createIdMaker(deps(clock));

  const made = Array.from({ length: clock.length }, () => ids.make('delivery'));

  assert.deepEqual(made, made.toSorted());
  assert.equal(new Set(made).size, made.length);
});

test('fresh bytes are used for each id, in pools', () => {
  const { clock } = deps([1_000]);
  let next = 0;
  let pools = 0;
  const bytes = (count: number) => {
    pools += 1;
    return Uint8Array.from({ length: count }, () => {
      next = (Math.imul(next, 1_103_515_245) + 12_345) >>> 0;
      return next >>> 16;
    });
  };
  const ids = createIdMaker({ clock, chance: { sample: () => 0, bytes } });

  const tails = Array.from({ length: 600 }, () => ids.make('event').slice(-12));

  assert.equal(pools, 2);
  assert.equal(new Set(tails).size, 600);
});

for (const kind of Object.keys(idPrefixes) as IdKind[]) {
  test(`an id of kind ${kind} is known as one, and as no other kind`, () => {
    const id = createIdMaker(deps([1_767_225_600_000])).make(kind);

    const kinds = (Object.keys(idPrefixes) as IdKind[]).filter((each) => isId(each, id));

    assert.deepEqual(kinds, [kind]);
  });
}

const notIds: [because: string, text: string][] = [
  ['27 characters are too many', 'evt_01m88smf86e00b5gg0k7cpbnxn0'],
  ['the first character holds three bits only', 'evt_81m88smf86e00b5gg0k7cpbnxn'],
  ['upper case is not written here', 'evt_01M88smf86e00b5gg0k7cpbnxn'],
  ['u is not in the alphabet', 'evt_01m88smf86e00b5gg0k7cpbnxu'],
  ['the separator is missing', 'evt01m88smf86e00b5gg0k7cpbnxn'],
];
for (const [because, text] of notIds) {
  test(`${text} is no id: ${because}`, () => assert.equal(isId('event', text), false));
}

const callersIds: [because: string, text: string, expected: boolean][] = [
  ['letters, digits, dash and underscore are allowed', 'Order-17_b', true],
  ['128 characters are the most', 'a'.repeat(128), true],
  ['129 are too many', 'a'.repeat(129), false],
  ['nothing is no id', '', false],
  ['a dot could climb out of a path', '..', false],
  ['a line end is not a character of an id', 'a\n', false],
];
for (const [because, text, expected] of callersIds) {
  test(`a caller's id: ${because}`, () => assert.equal(isCallersId(text), expected));
}
