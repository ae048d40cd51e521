import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packId, unpackId } from './id-blob.ts';

const digits = Array.from('0123456789abcdefghjkmnpqrstvwxyz');

test('every id of ours is 16 bytes and comes back as it was', () => {
  const first = fc.constantFrom(...digits.slice(0, 8));
  const rest = fc.array(fc.constantFrom(...digits), { minLength: 25, maxLength: 25 });

  fc.assert(
    fc.property(first, rest, (head, tail) => {
      const id = `evt_${head}${tail.join('')}`;
      const packed = packId('event', id);
      assert.ok(packed instanceof Uint8Array && packed.length === 16);
      assert.equal(unpackId('event', packed), id);
    }),
  );
});

test('packed ids sort as their texts do', () => {
  const id = fc.uint8Array({ minLength: 16, maxLength: 16 });

  fc.assert(
    fc.property(id, id, (a, b) => {
      const [left, right] = [unpackId('event', a), unpackId('event', b)];
      assert.equal(Math.sign(Buffer.compare(a, b)), left < right ? -1 : left > right ? 1 : 0);
    }),
  );
});

const texts: [because: string, id: string][] = [
  ['a caller may bring any id', 'order-1'],
  ['it names something else', `task_${'0'.repeat(26)}`],
  ['130 bits do not fit into 128', `evt_8${'0'.repeat(25)}`],
  ['capitals would come back small', `evt_0${'A'.repeat(25)}`],
  ['the alphabet has no u', `evt_0${'u'.repeat(25)}`],
  ['it is too long', `evt_${'0'.repeat(27)}`],
  ['letters beyond ASCII are no digits', `evt_0${'ı'.repeat(25)}`],
];
for (const [because, id] of texts) {
  test(`${id} stays text: ${because}`, () => {
    assert.equal(packId('event', id), id);
    assert.equal(unpackId('event', packId('event', id)), id);
  });
}
