import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Json } from '../core/json.ts';
import { openApi } from './contract/opened-api.ts';

type Vector = { name: string; original: Json; patch: Json; result: Json };

const file = new URL('../../../testdata/vectors/json-merge-patch.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Vector[] };

test('every case of the file is run', () => assert.equal(cases.length, 15));

/** Metadata is an object of anything, so each case stands in it under one name. */
for (const { name, original, patch, result } of cases) {
  test(`PATCH merges as RFC 7396 says: ${name}`, async () => {
    await using api = await openApi();
    const metadata = { it: original, other: { stays: true } };
    const body = { url: 'https://example.com/a', metadata };
    const made = await api.call({ url: '/v1/endpoints', body });
    const { id } = made.json<{ id: string }>();

    const patched = await api.call({
      method: 'PATCH',
      url: `/v1/endpoints/${id}`,
      body: { metadata: { it: patch } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });

    assert.equal(patched.statusCode, 200, patched.body);
    // A member that a patch makes null is no longer there.
    const expected = result === null ? {} : { it: result };
    const shown = (await api.call({ url: `/v1/endpoints/${id}` })).json<{ metadata: unknown }>();
    assert.deepEqual(shown.metadata, { ...expected, other: { stays: true } });
  });
}
