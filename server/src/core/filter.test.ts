import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileFilter } from './filter.ts';
import type { FilterAnswer } from './filter.ts';
import type { FilterInput } from './filter-context.ts';

const order: FilterInput = {
  type: 'order.paid',
  data: Buffer.from(
    JSON.stringify({
      total: 120,
      ratio: 0.5,
      currency: 'EUR',
      note: null,
      tags: ['new', 'vip'],
      items: [
        { sku: 'A-1', sizes: ['s', 'm'] },
        { sku: 'B-2', sizes: [] },
      ],
      paidAt: '2026-01-01T10:30:00Z',
    }).replace('"total"', '"number":9007199254740993,"huge":18446744073709551616,"total"'),
  ),
  contentType: 'application/json',
  metadata: { region: 'eu', tier: 2 },
  source: 'shop',
  entity: { type: 'order', id: '17' },
};

function evaluate(text: string, event: FilterInput = order): FilterAnswer {
  const filter = compileFilter(text);
  assert.ok(filter.is === 'ok', filter.is === 'invalid' ? filter.message : '');
  return filter.evaluate(event);
}

const matching: [because: string, text: string, expected: boolean][] = [
  ['the type is a variable', 'type == "order.paid"', true],
  ['and a function at once', 'type(data.currency) == string', true],
  [
    'whole numbers of JSON compare with whole numbers',
    'data.total == 120 && data.total > 100',
    true,
  ],
  ['fractions compare with whole numbers', 'data.ratio < 1', true],
  ['a whole number past 2^53 is exact', 'data.number == 9007199254740993', true],
  ['and differs from its neighbour', 'data.number == 9007199254740992', false],
  ['past 64 bits it is a double', 'data.huge > 1.8e19', true],
  ['metadata, source and entity can be read', 'metadata.region + source == "eushop"', true],
  ['an entity has a type and an id', 'entity.type == "order" && entity.id == "17"', true],
  ['a missing field can be asked about', '!has(data.refund) && has(data.total)', true],
  ['null equals null', 'data.note == null', true],
  ['lists contain', '"vip" in data.tags', true],
  ['lists are gone through', 'data.items.exists(i, i.sku.startsWith("B"))', true],
  ['a list in a list item is gone through', 'data.items.all(i, i.sizes.all(s, s != "xl"))', true],
  [
    'what is outside a loop may be compared in it',
    'data.items.exists(i, i.sku == data.tags[0])',
    false,
  ],
  ['times are compared', 'timestamp(data.paidAt).getHours() == 10', true],
  ['an error beside a truth does not matter', 'data.missing == 1 || data.total == 120', true],
  ['a variable of a loop may be named type', 'data.items.exists(type, type.sku == "A-1")', true],
  ['other types are unequal, not wrong', 'data.total == "120"', false],
];
for (const [because, text, expected] of matching) {
  test(`${text}: ${because}`, () => {
    assert.deepEqual(evaluate(text), { isMatched: expected, error: null });
  });
}

const failing: [because: string, text: string, error: RegExp][] = [
  ['a missing field is an error', 'data.refund == 1', /No such key: refund/],
  ['names of the language are no fields', 'data.constructor == 1', /No such key: constructor/],
  ['prototypes are no fields', 'data.__proto__ == 1', /No such key: __proto__/],
  ['texts are not numbers', 'data.currency > 3', /no such overload/],
  ['a number is no answer', 'data.total', /did not answer true or false/],
];
for (const [because, text, error] of failing) {
  test(`${text} does not match and says why: ${because}`, () => {
    const answer = evaluate(text);

    assert.equal(answer.isMatched, false);
    assert.match(answer.error ?? '', error);
  });
}

const invalid: [because: string, text: string, message: RegExp][] = [
  ['the grammar is checked', 'data.total >', /at character 13/],
  ['nothing is no filter', '', /Unexpected token/],
  ['names are checked', 'payload.total == 1', /Unknown variable: payload/],
  ['a text is no answer', '"yes"', /answers true or false/],
  ['a filter is at most 4 KiB, in bytes', `source == "${'é'.repeat(2_048)}"`, /at most 4096 bytes/],
  [
    'patterns could backtrack for ever',
    'data.s.matches("^(a+)+$")',
    /matches\(\) is not available/,
  ],
  ['a loop in a loop would be quadratic', 'data.a.all(x, data.a.all(y, x != y))', /loop/],
  ['so would a look-up in a loop', 'data.a.all(x, x in data.b)', /inside a loop/],
  ['so would a search in a loop', 'data.a.all(x, data.s.contains("b"))', /inside a loop/],
  ['so would comparing two large values', 'data.a.all(x, data.b == data.c)', /inside a loop/],
  ['so would what a loop collects', 'data.a.map(x, data.b) == []', /inside a loop/],
  ['a search for a long text may be quadratic', 'data.s.contains(data.t)', /contains\(\) takes/],
  ['bound names could double a value again and again', 'cel.bind(a, data.s, a == a)', /bind\(\)/],
  [
    'a loop over a loop could do so too',
    'data.a.map(x, [x, x]).map(x, [x, x]) == []',
    /goes over a field/,
  ],
  [
    'loops are bounded',
    Array<string>(11).fill('data.a.all(x, x)').join(' && '),
    /at most 10 loops/,
  ],
  ['depth is bounded', `${'('.repeat(500)}true${')'.repeat(500)}`, /depth/i],
];
for (const [because, text, message] of invalid) {
  test(`"${text.slice(0, 50)}" is invalid: ${because}`, () => {
    const filter = compileFilter(text);

    assert.match(filter.is === 'invalid' ? filter.message : 'it is valid', message);
  });
}

test('a filter that does not ask for data passes events whose data is not JSON', () => {
  const event = { ...order, contentType: 'text/plain', data: Buffer.from('hello') };

  assert.deepEqual(evaluate('source == "shop"', event), { isMatched: true, error: null });
});

test('a filter that asks for data tells that it is not JSON', () => {
  const event = { ...order, contentType: 'text/plain', data: Buffer.from('{"total":120}') };

  const { isMatched, error } = evaluate('data.total == 120', event);

  assert.equal(isMatched, false);
  assert.match(error ?? '', /text\/plain, not JSON/);
});

test('a content type with a JSON suffix and parameters is JSON', () => {
  const event = { ...order, contentType: 'application/vnd.shop+JSON ; charset=utf-8' };

  assert.equal(evaluate('data.total == 120', event).isMatched, true);
});

test('data that cannot be parsed never matches', () => {
  const event = { ...order, data: Buffer.from('{"total":') };

  assert.match(evaluate('data.total == 120', event).error ?? '', /not valid JSON/);
});

test('without metadata its fields are missing, not wrong', () => {
  assert.deepEqual(evaluate('!has(metadata.region)', { ...order, metadata: null }), {
    isMatched: true,
    error: null,
  });
});
