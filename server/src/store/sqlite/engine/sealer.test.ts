import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { SealBrokenError, Sealer } from './sealer.ts';

const chance = { bytes: (count: number) => randomBytes(count) };
const sealer = new Sealer(Buffer.alloc(32, 1), chance);
const place = { table: 'resources', column: 'sealed', row: ['endpoint', 'ep_1'] };

test('whatever is sealed opens in its place, and is not readable before', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8 }), (plain) => {
      const sealed = sealer.seal(place, plain);
      assert.deepEqual(sealer.open(place, sealed), plain);
      assert.equal(Buffer.from(sealed).includes(Buffer.from(plain)), false);
    }),
  );
});

test('a sealed value opens in no other row, column or table', () => {
  const sealed = sealer.seal(place, Buffer.from('secret'));
  const others = [
    { ...place, row: ['endpoint', 'ep_2'] },
    { ...place, row: ['endpoint"', 'ep_1'] },
    { ...place, column: 'open' },
    { ...place, table: 'idempotency' },
  ];

  for (const other of others) assert.throws(() => sealer.open(other, sealed), SealBrokenError);
});

test('a change of any byte is noticed', () => {
  const sealed = sealer.seal(place, Buffer.from('secret'));

  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Uint8Array.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.throws(() => sealer.open(place, changed), SealBrokenError, `byte ${index}`);
  }
  assert.throws(() => sealer.open(place, sealed.subarray(0, 20)), SealBrokenError);
});

test('the same secret never looks the same twice', () => {
  const seals = Array.from({ length: 50 }, () => sealer.seal(place, Buffer.from('secret')));

  assert.equal(new Set(seals.map((each) => Buffer.from(each).toString('hex'))).size, 50);
});

test('another master key has another fingerprint and opens nothing', () => {
  const other = new Sealer(Buffer.alloc(32, 2), chance);

  assert.notEqual(other.fingerprint, sealer.fingerprint);
  assert.throws(() => other.open(place, sealer.seal(place, Buffer.from('x'))), SealBrokenError);
  assert.throws(() => new Sealer(Buffer.alloc(31), chance), RangeError);
});
