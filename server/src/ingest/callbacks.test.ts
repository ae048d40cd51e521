import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callbackEndpoint } from '../core/callback-endpoint.ts';
import { shortRetry } from '../core/retry-policy.ts';
import { limits } from '../core/limits.ts';
import { CatalogueMirror } from '../store/catalogue-mirror.ts';
import { loadAll, readDelivery } from '../store/contract/arrange.ts';
import { acme, at, catalogueWrite, globex } from '../store/contract/sample.ts';
import { callbackSecret } from './callback-secret.ts';
import { newEvent, OpenedDoor } from './contract/opened-door.ts';
import type { NewCallback } from './new-event.ts';
import { planCallback } from './plan-callback.ts';

const chance = { sample: () => 0.5, bytes: (count: number) => new Uint8Array(count).fill(7) };
const clock = { now: () => at(0), monotonicMs: () => 0, wallSeconds: () => 0 };

function callbackTo(url: string, parts: Partial<NewCallback> = {}): NewCallback {
  const none = { types: null, secret: null, retry: null, timeoutMs: null, headers: [] };
  return { url, ...none, ...parts };
}

test('the store and the dispatcher get all that a callback brings', async () => {
  await using door = await OpenedDoor.open();
  const url = 'https://receiver.example/done?n=1';
  const headers = [['X-Job', 'j-1']] as const;
  const own = { secret: 'whsec_b3du', retry: shortRetry, timeoutMs: 2_000, headers };

  const { heads } = await door.accepted({ callback: callbackTo(url, own) });

  const [head] = heads;
  assert.ok(head);
  const secrets = [{ text: own.secret, createdAt: at(0), endsAt: null }];
  const expected = { url, secrets, retry: shortRetry, timeoutMs: 2_000, headers };
  assert.deepEqual(head.callback, expected);
  assert.deepEqual(await loadAll(door.store, head.endpointId), heads);
  assert.equal((await readDelivery(door.store, head.id)).callbackUrl, url);
});

const signing = [
  ['its own secret', 'callback', { secret: 'whsec_b3du' }],
  ['the secret of the tenant', 'tenant', {}],
  ['none, for its type is not wanted', null, { types: ['order.*'] }],
  ['its own secret, for a pattern wants its type', 'callback', { secret: 's', types: ['task.*'] }],
] as const;
for (const [what, expected, parts] of signing) {
  test(`a callback is said to be signed with ${what}`, async () => {
    await using door = await OpenedDoor.open();

    const answer = await door.publish({ callback: callbackTo('https://a.example/', parts) });

    assert.ok(answer.is === 'accepted');
    assert.equal(answer.callbackSignedWith, expected);
    assert.equal(answer.deliveryCount, expected === null ? 0 : 1);
  });
}

test('one hidden endpoint serves all callbacks of an origin; others have their own', async () => {
  await using door = await OpenedDoor.open();
  const urls = ['https://a.example/1', 'https://a.example:443/2', 'https://a.example:444/'];

  const endpointIds = [];
  for (const url of urls) {
    const { heads } = await door.accepted({ callback: callbackTo(url) });
    endpointIds.push(heads[0]?.endpointId);
  }

  assert.equal(endpointIds[0], endpointIds[1]);
  assert.equal(new Set(endpointIds).size, 2);
  const stored = door.mirror.list('endpoint', acme).map(({ value }) => value);
  assert.deepEqual(stored.map(({ url }) => url).toSorted(), [
    'https://a.example',
    'https://a.example:444',
  ]);
  assert.ok(stored.every(({ isHidden }) => isHidden));
});

test('many at once for a new origin make one endpoint and one secret', async () => {
  await using door = await OpenedDoor.open();
  const events = Array.from({ length: 8 }, (_, n) =>
    newEvent({ callback: callbackTo(`https://a.example/${n}`) }),
  );

  const answers = await Promise.all(events.map((event) => door.ingest.accept(acme, [event])));

  assert.deepEqual(new Set(answers.flat().map(({ is }) => is)), new Set(['accepted']));
  const [only, ...others] = door.mirror.list('endpoint', acme);
  assert.deepEqual([only?.version, others], [1, []]);
  assert.equal(door.mirror.get('tenant', acme, acme)?.version, 1);
});

test('two nodes that begin at once use the same endpoint and the same secret', async () => {
  await using door = await OpenedDoor.open();
  const other = new CatalogueMirror(door.store.catalogue);
  await other.refresh();
  const nodes = [door.mirror, other].map((mirror, index) => ({
    ...{ mirror, clock },
    chance: { ...chance, bytes: (count: number) => new Uint8Array(count).fill(index) },
  }));
  const event = { type: 'task.completed', callback: callbackTo('https://a.example/') };

  const planned = await Promise.all(nodes.map((node) => planCallback(node, acme, event)));
  const secrets = await Promise.all(nodes.map((node) => callbackSecret(node, acme)));

  assert.deepEqual(planned[0], planned[1]);
  assert.deepEqual(secrets[0], secrets[1]);
});

test('the same origin has another endpoint and another secret for another tenant', async () => {
  await using door = await OpenedDoor.open();
  const callback = callbackTo('https://a.example/');

  await door.ingest.accept(acme, [newEvent({ callback })]);
  await door.ingest.accept(globex, [newEvent({ callback })]);

  const [one, two] = door.told.map(({ heads }) => heads[0]);
  assert.notEqual(one?.endpointId, two?.endpointId);
  assert.deepEqual([one?.tenantId, two?.tenantId], [acme, globex]);
});

test('one origin too many is refused for its event alone', async () => {
  await using door = await OpenedDoor.open();
  const writes = Array.from({ length: limits.callbackOrigins }, (_, n) => {
    const value = callbackEndpoint(acme, `https://a.example:${n}`, at(0));
    return catalogueWrite({ kind: 'endpoint', value });
  });
  await door.mirror.change({ tenantId: acme, writes, idempotency: null });

  const answers = await door.ingest.accept(acme, [
    newEvent({ callback: callbackTo('https://b.example/') }),
    newEvent({ callback: callbackTo('https://a.example:7/') }),
    newEvent(),
  ]);

  assert.deepEqual(
    answers.map((answer) => (answer.is === 'failed' ? answer.code : answer.is)),
    ['too_many_callback_origins', 'accepted', 'accepted'],
  );
});

test('a callback waits as long as its event', async () => {
  await using door = await OpenedDoor.open();
  const callback = callbackTo('https://a.example/');

  const { heads } = await door.accepted({ callback, key: 'k', deliverAt: at(5_000) });

  assert.deepEqual([heads[0]?.dueAt, heads[0]?.orderKey], [at(5_000), null]);
});
