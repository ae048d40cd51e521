import { Ajv2020 } from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkerOf } from './checker.ts';
import { allRoutes } from './routes/all.ts';

const schemas = allRoutes({ isMetricsOpen: true }).flatMap(
  ({ method, path, params, query, body, answers }) => {
    const asked = [params, query, body].filter((each) => each !== undefined);
    const all = [...asked, ...Object.values(answers).filter((each) => each !== null)];
    return all.map((schema) => ({ of: `${method} ${path}`, schema }));
  },
);

test('what checks requests is a JSON Schema of draft 2020-12, route by route', () => {
  const judge = new Ajv2020({ strict: false });

  for (const { of, schema } of schemas) {
    const isSchema = judge.validateSchema(schema);
    assert.equal(isSchema, true, `${of}: ${judge.errorsText()}`);
  }
  assert.ok(schemas.length > 100);
});

test('every schema can be compiled, as strictly as it is when it is first needed', () => {
  for (const { schema } of schemas) {
    for (const from of ['body', 'text'] as const) {
      assert.doesNotThrow(() => checkerOf(schema, from)(0));
    }
  }
});

test('what is no schema is found out', () => {
  const judge = new Ajv2020({ strict: false });

  assert.equal(judge.validateSchema({ type: 'strin' }), false);
  assert.throws(() => checkerOf({ typo: 1 })(0), /unknown keyword/);
});
