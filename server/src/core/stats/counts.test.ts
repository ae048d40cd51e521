import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttemptError } from '../attempt.ts';
import { attemptEnding } from './attempt-ending.ts';
import type { AttemptEnding } from './attempt-ending.ts';
import { addCounts, addToSlot, noCounts, slotCount } from './counts.ts';
import type { Counts } from './counts.ts';
import { addWrittenCounts, writeCounts } from './counts-bytes.ts';
import { VarintReader, VarintWriter } from './varints.ts';

const anyCounts: fc.Arbitrary<Counts> = fc
  .array(
    fc.tuple(
      fc.nat(slotCount - 1),
      fc.maxSafeInteger().map((n) => Math.trunc(n / 4) || 0),
    ),
  )
  .map((pairs) => {
    const counts = noCounts();
    for (const [slot, by] of pairs) counts[slot] = by;
    return counts;
  });

test('counts come back from their bytes, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(anyCounts), (all) => {
      const writer = new VarintWriter();
      for (const counts of all) writeCounts(writer, counts);

      const reader = new VarintReader(writer.take());

      for (const counts of all) assert.deepEqual(readFrom(reader), counts);
      assert.ok(reader.isAtEnd);
    }),
  );
});

test('counts of parts add up the same in any order', () => {
  const small = fc.array(fc.tuple(fc.nat(slotCount - 1), fc.integer({ min: -9, max: 1e9 })));
  fc.assert(
    fc.property(fc.array(small), (parts) => {
      const counts = parts.map((pairs) => {
        const part = noCounts();
        for (const [slot, by] of pairs) addToSlot(part, slot, by);
        return part;
      });

      assert.deepEqual(sum(counts), sum(counts.toReversed()));
    }),
  );
});

test('bytes that end within a number are refused', () => {
  const writer = new VarintWriter();
  writer.whole(300);

  const cut = new VarintReader(writer.take().subarray(0, 1));

  assert.throws(() => cut.whole(), RangeError);
});

const endings: [because: string, code: number | null, error: AttemptError | null, AttemptEnding][] =
  [
    ['any 2xx is a success', 204, null, '2xx'],
    ['a redirect is not followed', 302, 'http_302', '3xx'],
    ['the endpoint refuses', 410, 'http_410', '4xx'],
    ['the endpoint fails', 503, 'http_503', '5xx'],
    ['a number that means nothing', 799, 'http_799', 'other'],
    ['the whole attempt took too long', null, 'timeout', 'timeout'],
    ['connecting took too long', null, 'connect_timeout', 'timeout'],
    ['nobody listens', null, 'connection_refused', 'connection'],
    ['the connection broke', null, 'connection_reset', 'connection'],
    ['the connection ended early', null, 'connection_closed', 'connection'],
    ['the name leads nowhere', null, 'dns_error', 'connection'],
    ['the certificate is not trusted', null, 'tls_error', 'connection'],
    ['what came is no HTTP', null, 'protocol_error', 'other'],
    ['nothing was sent', null, 'address_forbidden', 'other'],
    ['we went away ourselves', null, 'interrupted', 'other'],
  ];
for (const [because, statusCode, error, ending] of endings) {
  test(`${error ?? statusCode} counts as ${ending}: ${because}`, () => {
    assert.equal(attemptEnding({ statusCode, error }), ending);
  });
}

function readFrom(reader: VarintReader): Counts {
  const counts = noCounts();
  addWrittenCounts(counts, reader);
  return counts;
}

function sum(all: readonly Counts[]): Counts {
  const total = noCounts();
  for (const counts of all) addCounts(total, counts);
  return total;
}
