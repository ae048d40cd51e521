import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { exampleIds } from '../../core/example-ids.ts';
import { openApi, operatorKey } from '../contract/opened-api.ts';
import { madeForPath } from '../contract/tenancy-fixtures.ts';
import { owner, TenancyStage } from '../contract/tenancy-stage.ts';
import type { OpenApiDocument, Operation } from '../openapi-document.ts';
import { allNotes } from './all-notes.ts';

const document = await servedDocument();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    path,
    method: method.toUpperCase(),
    operation,
  })),
);
const bodies = operations.flatMap((each) =>
  bodiesOf(each.operation).map((body) => ({ ...each, ...body })),
);

/** Those that this API cannot do, and what does them instead. */
const doneElsewhere: Readonly<Record<string, string>> = {
  'POST /v1/deliveries/{id}/ack': 'it takes a token that was sent: app/acknowledging.test.ts',
  'POST /v1/deliveries/{id}/fail': 'it takes a token that was sent: app/acknowledging.test.ts',
  'POST /v1/deliveries/{id}/progress': 'it takes a token that was sent: app/acknowledging.test.ts',
  'POST /v1/endpoints/{id}/test': 'it takes an engine that sends: app/endpoint-tests.test.ts',
};

test('every note is about an operation that there is', () => {
  const names = new Set(operations.map(({ name }) => name));

  assert.deepEqual(
    Object.keys(allNotes).filter((name) => !names.has(name)),
    [],
  );
});

test('every body has an example for each content type it may come in', () => {
  const bare = operations.flatMap(({ name, operation }) =>
    Object.entries(operation.requestBody?.content ?? {})
      .filter(([, { examples = {} }]) => Object.keys(examples).length === 0)
      .map(([type]) => `${name} ${type}`),
  );

  assert.deepEqual(bare, []);
});

for (const { name, type, schema, shows, value } of bodies) {
  test(`${name} as ${type}: the example “${shows}” fits its schema`, () => {
    const ajv = new Ajv2020({ strict: false, discriminator: true, validateFormats: false });

    const fits = ajv.validate(schema as object, value);

    assert.ok(fits, ajv.errorsText());
  });
}

for (const { name, path, method, operation, type, shows, value } of bodies) {
  if (name in doneElsewhere) continue;
  test(`${name} as ${type}: the example “${shows}” is answered as the document says`, async () => {
    await using stage = await TenancyStage.open();
    const url = await realUrl(stage, path);
    const raw = await realText(stage, JSON.stringify(value), name);
    const isTenants = operation.parameters.some((each) => each.name === 'Posthorn-Tenant');

    const answer = await stage.api.call({
      ...{ method, url, raw, key: operatorKey },
      ...(isTenants && { tenant: owner }),
      headers: { 'content-type': type },
    });

    assert.ok(answer.statusCode < 300, answer.body);
    const body = answer.json<{ rejectedCount?: number }>();
    assert.equal(body.rejectedCount ?? 0, 0, answer.body);
    const described = operation.responses[answer.statusCode];
    const content = described?.content?.['application/json'];
    if (described?.headers?.['ETag'] !== undefined) assert.ok(answer.headers.etag);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    assert.ok(ajv.validate(content?.schema as object, body), ajv.errorsText());
  });
}

test('operations that can be refused for their version take If-Match', () => {
  const withVersion = operations.filter(({ operation }) =>
    operation.parameters.some(({ name }) => name === 'If-Match'),
  );

  assert.ok(withVersion.some(({ name }) => name === 'PATCH /v1/endpoints/{id}'));
  for (const { operation, name } of withVersion) assert.ok('412' in operation.responses, name);
});

test('no two operations share an operationId', () => {
  const ids = operations.map(({ operation }) => operation.operationId);

  assert.equal(new Set(ids).size, ids.length);
});

async function servedDocument(): Promise<OpenApiDocument> {
  await using api = await openApi();
  return (await api.call({ url: '/openapi.json', key: null })).json<OpenApiDocument>();
}

function bodiesOf({ requestBody }: Operation) {
  return Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema, examples = {} }]) =>
    Object.values(examples).map(({ summary: shows, value }) => ({ type, schema, shows, value })),
  );
}

async function realUrl(stage: TenancyStage, path: string): Promise<string> {
  const base = Object.keys(madeForPath).find((each) => path.startsWith(each));
  const id = base === undefined ? 'task.known' : await madeForPath[base]?.(stage);
  if (base === undefined && path.includes('{type}')) {
    const body = { type: 'task.known' };
    await stage.insist({ url: '/v1/event-types', body });
  }
  return path.replace(/\{\w+\}(\/\{\w+\})*/, String(id));
}

/** The same text with ids of the owner's own things. */
async function realText(stage: TenancyStage, text: string, name: string): Promise<string> {
  if (name !== 'POST /v1/tenants') {
    await stage.insist({ url: '/v1/tenants', body: { id: exampleIds.tenant } });
  }
  const [endpoint, delivery] = [await stage.endpoint(), await stage.delivery()];
  const task = name === 'POST /v1/stream-tokens' ? await stage.made('/v1/tasks', {}) : '';
  return text
    .replaceAll(exampleIds.endpoint, endpoint)
    .replaceAll(exampleIds.delivery, delivery)
    .replaceAll(exampleIds.task, task);
}
