import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { readTrace, traceOfText, traceParent, traceText } from './trace-context.ts';

type Vector = {
  readonly name: string;
  readonly value: string;
  readonly expect: 'valid' | 'invalid';
  readonly reason: string;
  readonly parsed?: { traceId: string; parentId: string; sampled: boolean };
};

const file = new URL('../../../testdata/vectors/trace-context.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Vector[] };
const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

for (const { name, value, expect, reason, parsed } of cases) {
  test(`${expect}: ${name === reason ? name : `${name}, ${reason}`}`, () => {
    const trace = readTrace(value, undefined);

    const seen = trace && {
      traceId: trace.traceId,
      parentId: trace.spanId,
      sampled: (trace.flags & 1) === 1,
    };
    const { traceId, parentId, sampled } = parsed ?? {};
    assert.deepEqual(seen, expect === 'valid' ? { traceId, parentId, sampled } : null);
  });
}

test('every case of the file is one of the two kinds', () => {
  assert.ok(cases.length >= 10);
  assert.ok(cases.every(({ expect }) => expect === 'valid' || expect === 'invalid'));
});

const states: [because: string, given: string | string[] | undefined, kept: string | null][] = [
  ['none came', undefined, null],
  ['one member', 'rojo=00f067aa0ba902b7', 'rojo=00f067aa0ba902b7'],
  ['spaces between members mean nothing', 'a=1 ,\tb=2', 'a=1,b=2'],
  ['empty members are allowed and dropped', 'a=1,,b=2,', 'a=1,b=2'],
  ['several header lines are one list', ['a=1', 'b=2'], 'a=1,b=2'],
  ['a tenant may stand before a vendor', 'fw529a3039@dt=FfQ', 'fw529a3039@dt=FfQ'],
  ['keys are lower case', 'Rojo=1', null],
  ['a value holds no equals sign', 'a=1=2', null],
  ['a line break would be a header of its own', 'a=1\r\nx: y', null],
  ['one that is not valid spoils all', 'a=1,nonsense', null],
  ['32 members are the most', Array.from({ length: 33 }, (_, i) => `k${i}=v`).join(','), null],
  ['512 characters are kept', `a=${'x'.repeat(250)},b=${'x'.repeat(257)}`, null],
];
for (const [because, given, kept] of states) {
  test(`tracestate: ${because}`, () => {
    assert.equal(readTrace(parent, given)?.state, kept);
  });
}

test('without a valid traceparent a tracestate means nothing', () => {
  assert.equal(readTrace('nonsense', 'a=1'), null);
  assert.equal(readTrace([parent, parent], 'a=1'), null);
});

test('flags that have no meaning yet are not passed on', () => {
  const trace = readTrace(parent.replace(/01$/, 'ff'), undefined);

  assert.equal(trace?.flags, 3);
});

test('whatever was read is the same after it was a row', () => {
  const hex = (length: number): fc.Arbitrary<string> =>
    fc.array(fc.integer({ min: 0, max: 15 }), { minLength: length, maxLength: length }).map(
      (digits) =>
        `1${digits
          .map((each) => each.toString(16))
          .join('')
          .slice(1)}`,
    );
  const traces = fc.record(
    {
      traceId: hex(32),
      spanId: hex(16),
      flags: fc.integer({ min: 0, max: 3 }),
      state: fc.option(fc.constantFrom('a=1', 'a=1,b=2', 'a=1 2')),
    },
    { noNullPrototype: true },
  );

  fc.assert(
    fc.property(traces, (trace) => {
      assert.deepEqual(traceOfText(traceText(trace)), trace);
      assert.deepEqual(readTrace(traceParent(trace), trace.state ?? undefined), trace);
    }),
  );
});
