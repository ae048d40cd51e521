import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { awaited, ServerStage } from '../contract/server-stage.ts';
import { createHandler } from '../receiver/create-handler.ts';
import { MemorySeenStore } from '../receiver/memory-seen-store.ts';
import type { WebhookEvent } from '../signing/webhook-event.ts';
import { PosthornError } from './posthorn-error.ts';
import { Posthorn } from './posthorn.ts';

let stage: ServerStage;
before(async () => {
  stage = await ServerStage.open();
});
after(() => stage[Symbol.asyncDispose]());

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

test('a published event arrives verified, and the answer is kept in the attempt', async () => {
  const { posthorn } = stage;
  const { told, soon } = awaited<WebhookEvent>();
  const url = await stage.receive(
    createHandler({
      ...{ secret, store: new MemorySeenStore() },
      on: {
        'report.made': (event) => {
          told(event);
          return { pages: 3 };
        },
      },
    }),
  );
  const endpoint = await posthorn.endpoints.create({ url, secret, types: ['report.*'] });
  const entity = { type: 'report', id: 'r/1' };
  const cause = await posthorn.events.publish({ type: 'cause.of', data: 1 });

  const accepted = await posthorn.events.publishAndWait(
    { type: 'report.made', data: { n: 1 }, source: 'ünit', entity, causationId: cause.id },
    10_000,
  );

  const { id, data, context } = await soon;
  assert.equal(id, accepted.id);
  assert.deepEqual(data, { n: 1 });
  assert.deepEqual(context.entity, entity);
  assert.deepEqual(
    [context.source, context.correlationId, context.causationId, context.hops],
    ['ünit', cause.id, cause.id, 1],
  );
  assert.deepEqual(
    [context.tenant, context.attempt, context.isReplay, context.supersededCount],
    ['default', 1, false, 0],
  );
  const [attempt] = await posthorn.attempts.list({ endpointId: endpoint.id }).first(1);
  assert.ok(attempt);
  assert.equal((await posthorn.attempts.get(attempt.id)).response?.body, '{"pages":3}');
});

test('a replay is processed again where the receiver asks for it', async () => {
  const { posthorn } = stage;
  const seen: boolean[] = [];
  const { told, soon } = awaited<null>();
  const url = await stage.receive(
    createHandler({
      ...{ secret, store: new MemorySeenStore(), onReplay: 'process' },
      on: {
        'replayed.*': (event) => {
          seen.push(event.context.isReplay);
          if (event.context.isReplay) told(null);
        },
      },
    }),
  );
  const endpoint = await posthorn.endpoints.create({
    ...{ url, secret, types: ['replayed.*'] },
    retry: { kind: 'schedule', delaysMs: [1_100, 1_100] },
  });
  await posthorn.events.publishAndWait({ type: 'replayed.once', data: 1 }, 10_000);

  const replay = { only: 'all', as: 'same', endpointId: endpoint.id } as const;
  const count = await posthorn.replays.count(replay);
  await posthorn.replays.create(replay);

  assert.equal(count.matchedCount, 1);
  await soon;
  assert.deepEqual(seen, [false, true]);
});

test('a list goes through all of its pages', async () => {
  const { posthorn } = stage;
  const events = Array.from({ length: 7 }, (_, n) => ({ type: 'listed.many', data: n }));
  const { acceptedCount } = await posthorn.events.publishMany(events);

  const ids: string[] = [];
  for await (const { id } of posthorn.events.list({ type: 'listed.many', limit: 3 })) ids.push(id);

  assert.equal(acceptedCount, 7);
  assert.equal(new Set(ids).size, 7);
});

test('what is wrong is told with code, fields and the id of the request', async () => {
  const publishing = stage.posthorn.events.publish({ type: 'not a type', data: 1 });

  await assert.rejects(publishing, (error) => {
    assert.ok(error instanceof PosthornError);
    assert.deepEqual([error.status, error.code], [422, 'validation_failed']);
    assert.equal(error.errors[0]?.pointer, '/type');
    assert.notEqual(error.requestId, null);
    assert.match(error.message, /validation_failed \(422\): .*; \/type /);
    return true;
  });
});

test('endpoints, subscriptions, types, tenants and keys are made and changed', async () => {
  const { posthorn } = stage;
  await posthorn.eventTypes.put('made.once', { description: 'once' });
  const endpoint = await posthorn.endpoints.create({
    url: 'http://127.0.0.1:3000/',
    types: ['made.*'],
  });
  const subscription = await posthorn.subscriptions.create({
    ...{ endpointId: endpoint.id, types: ['other.*'] },
  });
  const many = await posthorn.subscriptions.createMany([
    { endpointId: endpoint.id, types: ['many.a'] },
    { endpointId: endpoint.id, types: ['many.b'] },
  ]);
  await posthorn.subscriptions.update(subscription.id, { types: ['another.*'] });
  const rotated = await posthorn.endpoints.rotateSecret(endpoint.id);
  const paused = await posthorn.endpoints.pause(endpoint.id);
  await posthorn.tenants.put('acme');
  const key = await posthorn.keys.create({ name: 'reader', scopes: ['read'] }, { tenant: 'acme' });

  assert.equal(many.data.length, 2);
  assert.match((await posthorn.tenants.callbackSecret('acme')).secret, /^whsec_/);
  assert.notEqual(rotated.secret, endpoint.secret);
  assert.equal((await posthorn.endpoints.secret(endpoint.id)).secret, rotated.secret);
  assert.equal(paused.status, 'paused');
  assert.deepEqual((await posthorn.subscriptions.get(subscription.id)).types, ['another.*']);
  assert.equal((await posthorn.keys.get(key.id, { tenant: 'acme' })).id, key.id);
  assert.equal((await posthorn.eventTypes.get('made.once')).description, 'once');
  await posthorn.endpoints.delete(endpoint.id);
  await assert.rejects(posthorn.endpoints.get(endpoint.id), { status: 404, code: 'not_found' });
});

test('an ETag keeps a change from what was changed meanwhile', async () => {
  const { posthorn } = stage;
  const made = await posthorn.endpoints.create({ url: 'http://127.0.0.1:3000/' });
  const path = `/v1/endpoints/${made.id}`;
  const { etag } = await posthorn.request({ method: 'GET', path });
  assert.ok(etag);
  await posthorn.endpoints.update(made.id, { description: 'a' }, { ifMatch: etag });

  const late = posthorn.endpoints.update(made.id, { description: 'b' }, { ifMatch: etag });

  await assert.rejects(late, { status: 412 });
});

for (const url of [undefined, '', 'localhost:4410']) {
  test(`a client is not made without the address of a server: ${url}`, () => {
    assert.throws(() => Reflect.construct(Posthorn, [{ url, apiKey: 'ph_1' }]), /url: the address/);
  });
}
