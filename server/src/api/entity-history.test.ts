import assert from 'node:assert/strict';
import { test } from 'node:test';
import { later } from '../core/instant.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

const url = '/v1/entities/file/report.md';
const day = 86_400_000;

test('what followed a version that is not kept any more is too old', async () => {
  await using api = await openApi();
  for (const n of [1, 2, 3]) await patch(api, { n });
  api.wait(day);
  for (const n of [4, 5]) await patch(api, { n });

  while (!(await api.store.prune({ before: later(api.now(), -1), limit: 100 })).isDone);

  const since = (version: number) => api.call({ url: `${url}/changes?since=${version}` });
  const old = await since(2);
  assert.equal(old.statusCode, 410);
  assert.equal(old.json<{ code: string }>().code, 'too_old');
  const fresh = await since(3);
  assert.equal(fresh.statusCode, 200, fresh.body);
  assert.deepEqual(fresh.json<{ changes: unknown }>().changes, { n: { old: 3, new: 5 } });
  assert.equal((await api.call({ url })).json<{ values: { n: number } }>().values.n, 5);
});

test('a version whose data was erased stands in the history without what it changed', async () => {
  await using api = await openApi();
  const first = await patch(api, { secret: 'one' });
  await patch(api, { open: true });

  await api.call({ method: 'DELETE', url: `/v1/events/${first}/data` });

  const history = await api.call({ url: `${url}/changes?since=0` });
  assert.ok(!history.body.includes('one'), history.body);
  const { versions, upTo } = history.json<{ versions: object[]; upTo: number }>();
  assert.deepEqual(versions[0], { version: 1, at: null, source: null, changes: {} });
  assert.equal(upTo, 2);
});

test('a long history comes in pages that lead on from each other', async () => {
  await using api = await openApi();
  const large = 'x'.repeat(50_000);
  for (let n = 0; n < 30; n += 1) await patch(api, { n, large: `${n}${large}` });

  const pages: { since: number; upTo: number; isComplete: boolean }[] = [];
  for (let since = 0; pages.at(-1)?.isComplete !== true;) {
    const page = await api.call({ url: `${url}/changes?since=${since}&limit=500` });
    assert.ok(page.body.length < 3 * 1_048_576);
    pages.push(page.json());
    since = pages.at(-1)?.upTo ?? assert.fail();
  }

  assert.ok(pages.length > 1);
  assert.equal(pages.at(-1)?.upTo, 30);
});

async function patch(api: OpenedApi, values: object): Promise<string> {
  const answer = await api.call({ method: 'PATCH', url, body: values });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<{ eventId: string }>().eventId;
}
