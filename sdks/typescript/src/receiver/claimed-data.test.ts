import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { awaited, ServerStage } from '../contract/server-stage.ts';
import { claimedData, ClaimError, claimOf } from './claimed-data.ts';
import type { Claim } from './claimed-data.ts';
import { createHandler } from './create-handler.ts';
import { MemorySeenStore } from './memory-seen-store.ts';

let stage: ServerStage;
before(async () => {
  stage = await ServerStage.open();
});
after(() => stage[Symbol.asyncDispose]());

const secret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;

test('data too large to be sent is fetched by its claim, small data is as it came', async () => {
  const { posthorn } = stage;
  const large = { text: 'x'.repeat(100_000) };
  const { told, soon } = awaited<unknown[]>();
  const got: unknown[] = [];
  const url = await stage.receive(
    createHandler({
      ...{ secret, store: new MemorySeenStore() },
      on: {
        'large.*': async (event) => {
          got.push(claimOf(event.data) !== null, await claimedData(event.data));
          if (got.length === 4) told(got);
        },
      },
    }),
  );
  const endpoint = await posthorn.endpoints.create({ url, secret });
  await posthorn.subscriptions.create({
    ...{ endpointId: endpoint.id, types: ['large.*'], claimCheck: true, order: 'endpoint' },
  });

  await posthorn.events.publish({ type: 'large.one', data: large });
  await posthorn.events.publish({ type: 'large.two', data: { small: 1 } });

  assert.deepEqual(await soon, [true, large, false, { small: 1 }]);
});

const bytes = Buffer.from('{"a":1}');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const whole: Claim = { url: 'http://posthorn.example/c', bytes: 7, sha256, expiresAt: '' };

const wrong: [because: string, claim: Claim, answer: () => Response][] = [
  ['is answered 403', whole, () => new Response(null, { status: 403 })],
  ['7 bytes came instead of 8', { ...whole, bytes: 8 }, () => new Response(bytes)],
  ['other bytes came', { ...whole, sha256: 'f'.repeat(64) }, () => new Response(bytes)],
];
for (const [because, claim, answer] of wrong) {
  test(`a claim that does not hold is told: ${because}`, async () => {
    const fetching = claimedData({ claim }, { fetch: () => Promise.resolve(answer()) });

    await assert.rejects(fetching, (error) => {
      assert.ok(error instanceof ClaimError);
      assert.match(error.message, new RegExp(because));
      return true;
    });
  });
}

test('data with a field named claim is no claim by that alone', () => {
  assert.equal(claimOf({ claim: { url: 'a', bytes: 1, sha256: 'b' }, more: 1 }), null);
  assert.equal(claimOf({ claim: 'a text' }), null);
  assert.equal(claimOf(null), null);
});
