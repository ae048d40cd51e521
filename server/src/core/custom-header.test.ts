import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkHeader, checkHeaders } from './custom-header.ts';

type Generator = { kind: string; char?: string; bytes?: number; count?: number };
type Case = {
  id: string;
  category: string;
  where: string;
  name: string;
  value: unknown;
  expect: 'accept' | 'reject';
  reason: string;
  generator?: Generator;
  generator_name?: Generator;
};

const file = new URL('../../../testdata/corpora/bad-headers.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

for (const each of cases.filter(isText)) {
  test(`${each.id} ${each.category}: ${each.expect}: ${each.reason}`, () => {
    const verdict = checkHeaders(headersOf(each));

    assert.equal(verdict.is, each.expect === 'accept' ? 'ok' : 'refused');
  });
}

test('the only cases left to the schema are values that are no texts', () => {
  const left = cases.filter(({ category }) => category === 'type');

  assert.deepEqual(
    left.map(({ id, value }) => [id, typeof value]),
    [
      ['h-056', 'number'],
      ['h-057', 'object'],
      ['h-058', 'object'],
      ['h-059', 'object'],
    ],
  );
});

const reserved = ['Posthorn-Attempt', 'SVIX-ID', 'traceparent', 'Accept-Encoding', 'Content-Type'];
for (const name of reserved) {
  test(`${name} is ours to set`, () => {
    assert.deepEqual(checkHeader(name, 'x'), { is: 'refused', because: 'reserved_name' });
  });
}

function isText({ where, category }: Case): boolean {
  assert.ok(['endpoint-custom-header', 'inbound-or-api-request'].includes(where), where);
  return where === 'endpoint-custom-header' && category !== 'type';
}

function headersOf({ category, name, value, ...rest }: Case): [string, string][] {
  const { generator, generator_name: ofName } = rest;
  if (category === 'duplicate') {
    const names = name.split(' / ');
    return names.map((each, index) => [each, String(value).split(' / ')[index] ?? '']);
  }
  if (generator?.kind === 'headers') {
    const long = 'v'.repeat(generator.bytes ?? 1);
    return Array.from({ length: generator.count ?? 0 }, (_, index) => [`X-${index}`, long]);
  }
  return [[generated(ofName) ?? name, generated(generator) ?? String(value)]];
}

function generated(generator: Generator | undefined): string | null {
  if (generator === undefined) return null;
  assert.equal(generator.kind, 'string');
  return (generator.char ?? '').repeat(generator.bytes ?? 0);
}
