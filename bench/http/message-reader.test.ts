import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { array, assert as assertLaw, nat, property } from 'fast-check';
import { MessageReader } from './message-reader.ts';

const stream = Buffer.from(
  'POST /ok/1 HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nfirst' +
    'HTTP/1.1 202 Accepted\r\nContent-Length:6\r\n\r\nsecond' +
    'GET / HTTP/1.1\r\nhost: a\r\n\r\n',
);
const headShown = 8;
const whole = ['POST /ok:first', 'HTTP/1.1:second', 'GET / HT:'];

test('messages come out whole, however their bytes were cut', () => {
  const cuts = array(nat(stream.length), { maxLength: 8 });
  assertLaw(
    property(cuts, (places) => {
      assert.deepEqual(readIn(places.toSorted((a, b) => a - b)), whole);
    }),
  );
});

test('a message that does not say how long it is is refused aloud', () => {
  const reader = new MessageReader(() => {});

  const take = () =>
    reader.take(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'));

  assert.throws(take, /without a length/);
});

function readIn(places: readonly number[]): string[] {
  const seen: string[] = [];
  const reader = new MessageReader(({ head, bytes, bodyStart, bodyEnd }) => {
    seen.push(`${head.slice(0, headShown)}:${bytes.toString('utf8', bodyStart, bodyEnd)}`);
  });
  const ends = [...places, stream.length];
  let start = 0;
  for (const end of ends) {
    if (end > start) reader.take(stream.subarray(start, end));
    start = end;
  }
  return seen;
}
