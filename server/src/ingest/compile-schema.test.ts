import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import { compileSchema } from './compile-schema.ts';

const usable: [because: string, schema: JsonObject, fits: Json, not: Json][] = [
  ['of draft 2020-12', { prefixItems: [{ type: 'string' }], items: false }, ['a'], ['a', 1]],
  [
    'of draft-07, where items lists places',
    { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }] },
    ['a', 1],
    [1],
  ],
  ['with a name of its own', { $id: 'https://x.example/s', type: 'string' }, 'a', 1],
  ['with words that mean nothing', { type: 'string', example: 'a', 'x-mine': 1 }, 'a', 1],
  [
    'that refers within itself',
    { $defs: { a: { type: 'null' } }, items: { $ref: '#/$defs/a' } },
    [null],
    [1],
  ],
  [
    'that refers through an escaped name',
    { $defs: { 'a/b c': { type: 'null' } }, $ref: '#/$defs/a~1b%20c' },
    null,
    1,
  ],
  [
    'of a tree',
    { type: 'object', properties: { children: { type: 'array', items: { $ref: '#' } } } },
    { children: [{ children: [] }] },
    { children: [1] },
  ],
  [
    'with a property named like a keyword',
    { properties: { enum: { type: 'string' } } },
    { enum: 'a' },
    { enum: 1 },
  ],
  ['with a reference as a constant', { const: { $ref: 'x' } }, { $ref: 'x' }, { $ref: 'y' }],
  [
    'of lists without repeats, whatever the order of fields',
    { uniqueItems: true },
    [{ a: 1 }, { a: 2 }],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
  ],
  [
    'that tells a list from an object when it looks for repeats',
    { uniqueItems: true },
    [[], {}, '[]'],
    [[], []],
  ],
];
for (const [because, schema, fits, not] of usable) {
  test(`a schema is usable ${because}`, () => {
    const compiled = compileSchema(schema);

    assert.ok(compiled.is === 'ok', JSON.stringify(compiled));
    assert.equal(compiled.check(fits, ''), null);
    assert.notEqual(compiled.check(not, ''), null);
  });
}

const deep = (levels: number): JsonObject => (levels === 0 ? {} : { not: deep(levels - 1) });
const refused: [because: string, schema: JsonObject, pointer: string][] = [
  ['it refers elsewhere', { items: { $ref: 'https://x.example/s' } }, '/items/$ref'],
  ['it refers to a file', { $ref: 'other.json#/a' }, '/$ref'],
  ['it refers to what is no schema', { const: {}, $ref: '#/const' }, '/$ref'],
  ['it refers to nothing', { $ref: '#/$defs/none' }, '/$ref'],
  ['it refers dynamically', { $dynamicRef: '#a' }, '/$dynamicRef'],
  ['it would answer later', { $async: true }, '/$async'],
  ['a part has a name of its own', { items: { $id: 'https://x.example/s' } }, '/items/$id'],
  ['it is of another draft', { $schema: 'http://json-schema.org/draft-04/schema#' }, '/$schema'],
  ['a pattern refers back', { pattern: '(a)\\1' }, '/pattern'],
  [
    'a pattern of names looks ahead',
    { patternProperties: { '(?=/)': {} } },
    '/patternProperties/(?=~1)',
  ],
  ['a keyword is malformed', { properties: { a: { minimum: 'x' } } }, '/properties/a/minimum'],
  ['it is too deep', deep(limits.schemaDepth), '/not'.repeat(limits.schemaDepth)],
  ['it is too long', { description: 'x'.repeat(limits.schemaBytes) }, ''],
  [
    'it has too many parts',
    { allOf: Array.from({ length: limits.schemaNodes }, () => ({})) },
    `/allOf/${limits.schemaNodes - 1}`,
  ],
  ['it goes round in itself', { $ref: '#' }, ''],
  ['it goes round in two ways', { allOf: [{ $ref: '#' }, { $ref: '#' }] }, ''],
];
for (const [because, schema, pointer] of refused) {
  test(`a schema is refused when ${because}, and the place is named`, () => {
    const compiled = compileSchema(schema);

    assert.ok(compiled.is === 'refused');
    const pointers = compiled.errors.map((each) => each.pointer);
    assert.ok(pointers.includes(pointer), JSON.stringify(compiled.errors));
  });
}

test('a schema that doubles with each level of data comes to an end', () => {
  const twice = {
    anyOf: [{ properties: { x: { $ref: '#' } } }, { properties: { x: { $ref: '#' } } }],
  };
  const compiled = compileSchema({ ...twice, not: { const: 'end' } });
  let data: Json = 'end';
  for (let level = 0; level < limits.nesting; level += 1) data = { x: data };

  assert.ok(compiled.is === 'ok');
  const errors = compiled.check(data, '/data');

  assert.match(errors?.[0]?.message ?? '', /steps/);
});

test('a long list is searched for repeats in one pass', () => {
  const compiled = compileSchema({ uniqueItems: true });
  const data = Array.from({ length: 200_000 }, (_, index) => [index]);

  assert.ok(compiled.is === 'ok');
  assert.equal(compiled.check(data, ''), null);
});

test('of long data only the first mistake is told, of short data each', () => {
  const compiled = compileSchema({ items: { type: 'string' } });
  assert.ok(compiled.is === 'ok');

  const short = compiled.check([1, 2], '/data');
  const long = compiled.check(
    Array.from({ length: limits.schemaDetailBytes }, () => 1),
    '/data',
  );

  assert.deepEqual(
    short?.map(({ pointer }) => pointer),
    ['/data/0', '/data/1'],
  );
  assert.equal(long?.length, 1);
});

test('a large part that is referred to very often is compiled once', () => {
  const names = Array.from({ length: 400 }, (_, index) => `p${index}`);
  const part = { properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) };
  const references = Array.from({ length: 400 }, () => ({ $ref: '#/$defs/part' }));

  const compiled = compileSchema({ $defs: { part }, allOf: references });

  assert.ok(compiled.is === 'ok');
  assert.notEqual(compiled.check({ p0: 1 }, ''), null);
});

const words = fc.constantFrom(
  ...['type', 'properties', 'items', 'allOf', 'anyOf', 'not', '$ref', '$defs', '$id', '$schema'],
  ...['pattern', 'patternProperties', 'required', 'enum', 'const', 'uniqueItems', 'minLength'],
  ...['multipleOf', 'if', 'then', 'dependentSchemas', 'prefixItems', 'nullable', 'discriminator'],
  ...['unevaluatedProperties', 'propertyNames', '__proto__', 'x-posthorn-step', 'x-says'],
);
const leaf = fc.oneof(
  fc.constantFrom<Json>(
    'string',
    'object',
    'array',
    '#',
    '#/$defs/a',
    '^a+$',
    '(',
    true,
    null,
    0,
    2,
  ),
  fc.string({ maxLength: 3 }),
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(words, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

test('whatever a schema is, it is refused or judges any data, and never throws', () => {
  const schemas = fc.dictionary(words, value, { maxKeys: 4, noNullPrototype: true });
  fc.assert(
    fc.property(schemas, value, (schema, data) => {
      const compiled = compileSchema(schema);

      if (compiled.is === 'refused') assert.ok(compiled.errors.length > 0);
      else assert.notEqual(compiled.check(data, '/data')?.length, 0);
    }),
    { numRuns: 300 },
  );
});
