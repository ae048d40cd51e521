import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { SseParser } from './sse-parser.ts';

type Case = {
  readonly name: string;
  readonly reason: string;
  readonly stream: string;
  readonly parsed: {
    readonly events: readonly object[];
    readonly lastEventId: string;
    readonly retry: number | null;
  };
};

const file = new URL('../../../../testdata/vectors/sse.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

for (const { name, reason, stream, parsed } of cases) {
  test(`${name}: ${reason}`, () => {
    const parser = new SseParser();

    const messages = parser.push(stream);

    assert.deepEqual(
      messages.filter(({ data }) => data !== null),
      parsed.events,
    );
    assert.equal(messages.at(-1)?.lastEventId, parsed.lastEventId);
    assert.equal(parser.retryMs, parsed.retry);
  });
}

test('a stream means the same however it is cut into pieces', () => {
  const parts = ['data: a', 'id: 1', 'id', ':', 'event: x', '\n', '\r', '\r\n', 'é', '\uFEFF'];
  const streams = fc.array(fc.constantFrom(...parts)).map((some) => `${some.join('')}\n\n`);
  fc.assert(
    fc.property(streams, fc.array(fc.nat(40)), (stream, cuts) => {
      const [whole, cut] = [new SseParser(), new SseParser()];

      const found = pieces(stream, cuts).flatMap((piece) => cut.push(piece));

      assert.deepEqual(found, whole.push(stream));
    }),
  );
});

function pieces(text: string, cuts: readonly number[]): string[] {
  const borders = [0, ...cuts.filter((at) => at < text.length).toSorted((a, b) => a - b)];
  return borders.map((at, index) => text.slice(at, borders[index + 1]));
}
