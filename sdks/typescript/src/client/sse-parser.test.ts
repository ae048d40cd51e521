import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { SseParser } from './sse-parser.ts';

type Case = {
  name: string;
  reason: string;
  stream: string;
  parsed: { events: object[]; lastEventId: string; retry: number | null };
};

const file = new URL('../../../../testdata/vectors/sse.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

for (const { name, reason, stream, parsed } of cases) {
  test(`${name}: ${reason}`, () => {
    const parser = new SseParser();

    const events = parser.push(stream);

    assert.deepEqual(events, parsed.events);
    assert.deepEqual([parser.lastEventId, parser.retryMs], [parsed.lastEventId, parsed.retry]);
  });
}

test('a stream means the same however it is cut into pieces', () => {
  const pieces = fc.constantFrom(
    'data: a',
    'id: 1',
    'id',
    ':',
    'event: x',
    '\n',
    '\r',
    '\r\n',
    'é',
  );
  fc.assert(
    fc.property(fc.array(pieces), fc.array(fc.nat(40)), (parts, cuts) => {
      const stream = `${parts.join('')}\n\n`;
      const [whole, cut] = [new SseParser(), new SseParser()];

      const found = cut.push('').concat(...slices(stream, cuts).map((piece) => cut.push(piece)));

      assert.deepEqual(found, whole.push(stream));
    }),
  );
});

function slices(text: string, cuts: readonly number[]): string[] {
  const borders = [0, ...cuts.filter((at) => at < text.length).toSorted((a, b) => a - b)];
  return borders.map((at, index) => text.slice(at, borders[index + 1]));
}
