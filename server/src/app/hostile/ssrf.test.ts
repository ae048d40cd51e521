import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { casesOf } from './contract/corpus.ts';
import { asJson, HostileStage } from './contract/hostile-stage.ts';

type Case = { id: string; kind: 'url' | 'dns' | 'redirect'; input: string; reason: string };

const blocked = casesOf<Case>('ssrf-blocked', 298);
const allowed = casesOf<Case>('ssrf-allowed', 59);
const refused = blocked.filter(({ kind }) => kind === 'url');
/** What a text cannot show: the look-up or the answer decides, at each delivery. */
const judgedLater = blocked.filter(({ kind }) => kind !== 'url');

// Nothing may be sent to any of these, so nothing is published to the endpoints made here.
let stage: HostileStage;
let plainId: string;
before(async () => {
  stage = await HostileStage.open({ dev: false });
  const made = await stage.ask('POST', '/v1/endpoints', asJson({ url: 'https://example.com/' }));
  plainId = (JSON.parse(made.text) as { id: string }).id;
});
after(() => stage[Symbol.asyncDispose]());

for (const { id, input, reason } of refused) {
  const told = JSON.stringify(input);
  test(`${id} ${told} is refused when made, changed to, or a callback: ${reason}`, async () => {
    const answers = [
      await stage.ask('POST', '/v1/endpoints', asJson({ url: input, types: ['*'] })),
      await stage.ask('PATCH', `/v1/endpoints/${plainId}`, asJson({ url: input })),
      await stage.ask(
        'POST',
        '/v1/events',
        asJson({ type: 'a', data: 1, callback: { url: input } }),
      ),
    ];

    for (const { status, text } of answers) {
      assert.equal(status, 422, text);
      const { code } = JSON.parse(text) as { code: string };
      assert.ok(['address_forbidden', 'validation_failed'].includes(code), code);
    }
  });
}

for (const { id, input, reason } of [...allowed, ...judgedLater]) {
  test(`${id} ${input} may be made: ${reason}`, async () => {
    const { status, text } = await stage.ask('POST', '/v1/endpoints', asJson({ url: input }));

    assert.equal(status, 201, text);
    assert.equal((JSON.parse(text) as { url: string }).url, input);
  });
}

test('no refused address was kept, no event with one accepted, and the server serves', async () => {
  const urls = new Set<string>();
  let cursor = '';
  do {
    const page = await stage.ask('GET', `/v1/endpoints?limit=500${cursor}`);
    const { data, nextCursor } = JSON.parse(page.text) as {
      data: { url: string }[];
      nextCursor: string | null;
    };
    for (const { url } of data) urls.add(url);
    cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`;
  } while (cursor !== '');
  const events = await stage.ask('GET', '/v1/events');
  const ready = await stage.ask('GET', '/readyz');

  const expected = ['https://example.com/', ...allowed.map(({ input }) => input)];
  for (const url of expected) assert.ok(urls.has(url), url);
  assert.deepEqual(
    refused.filter(({ input }) => urls.has(input)),
    [],
  );
  assert.deepEqual(JSON.parse(events.text), { data: [], nextCursor: null });
  assert.equal(ready.status, 200);
});
