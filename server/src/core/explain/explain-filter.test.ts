import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FilterInput } from '../filter-context.ts';
import { explainFilter } from './explain-filter.ts';

const event: FilterInput = {
  type: 'contact.updated',
  data: Buffer.from(
    '{"age":17,"name":"Ada","tags":["a","b"],"big":12345678901234567,"long":"xxx"}',
  ),
  contentType: 'application/json',
  metadata: { plan: 'free' },
  source: 'crm',
  entity: { type: 'contact', id: 'c-7' },
};

const rows: [because: string, filter: string, part: string, value: string | null][] = [
  ['a comparison shows its side', 'data.age >= 18', 'data.age >= 18', '17'],
  ['on either side', '18 <= data.age', '18 <= data.age', '17'],
  ['of several the first that fails', 'data.name == "Ada" && data.age > 18', 'data.age > 18', '17'],
  [
    'however deep',
    '(data.age < 18 && type == "a.b") && source == "x"',
    'type == "a.b"',
    '"contact.updated"',
  ],
  ['a call shows its object', 'data.name.startsWith("B")', 'data.name.startsWith("B")', '"Ada"'],
  ['a list', '"c" in data.tags', '"c" in data.tags', '["a","b"]'],
  ['a denial what it denies', '!(data.name == "Ada")', '!(data.name == "Ada")', '"Ada"'],
  [
    'a denial that holds is passed over',
    '!(data.name == "B)") && (data.age) > 18',
    '(data.age) > 18',
    '17',
  ],
  ['metadata', 'metadata.plan == "paid"', 'metadata.plan == "paid"', '"free"'],
  ['a loop its list', 'data.tags.all(t, t == "a")', 'data.tags.all(t, t == "a")', '["a","b"]'],
  [
    'alternatives as a whole',
    'data.age > 18 || source == "x"',
    'data.age > 18 || source == "x"',
    null,
  ],
  ['what is not there', 'has(data.phone)', 'has(data.phone)', null],
];
for (const [because, filter, part, value] of rows) {
  test(`${filter}: ${because}`, () => {
    assert.deepEqual(explainFilter(filter, event), { part, value, error: null });
  });
}

test('a filter that lets the event through has nothing to explain', () => {
  assert.equal(explainFilter('data.age < 18 && source == "crm"', event), null);
});

test('a filter that cannot be evaluated says why, and where', () => {
  const refusal = explainFilter('source == "crm" && data.phone.size() > 3', event);

  assert.equal(refusal?.part, 'data.phone.size() > 3');
  assert.equal(refusal.value, null);
  assert.match(refusal.error ?? '', /phone/);
});

test('a large number is shown exactly, a long text is cut', () => {
  const long: FilterInput = { ...event, data: Buffer.from(`{"note":"${'x'.repeat(5_000)}"}`) };

  const [exact, cut] = [
    explainFilter('data.big == 1', event),
    explainFilter('data.note == ""', long),
  ];

  assert.equal(exact?.value, '12345678901234567');
  assert.equal(cut?.value?.length, 201);
});
