import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { McpStage } from './contract/mcp-stage.ts';

const bundleOf = (fact: number) => ({ conversationId: 'c', content: { fact } });
const bundle = 'posthorn://bundles/b1';
const entity = 'posthorn://entities/contact/c%2F1';

/** What a client was told, in order, and a promise of so many. */
class Told {
  readonly uris: string[] = [];
  #wake: () => void = () => undefined;

  push(uri: string): void {
    this.uris.push(uri);
    this.#wake();
  }

  async count(count: number): Promise<string[]> {
    while (this.uris.length < count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    return this.uris;
  }
}

/** Changes what is followed, and before it what is not. */
async function change(stage: McpStage): Promise<void> {
  await stage.call('PUT', '/v1/bundles/other', bundleOf(1));
  await stage.call('PATCH', '/v1/entities/contact/other', { name: 'A' });
  await stage.call('PUT', '/v1/bundles/b1', bundleOf(1));
}

const timeout = 60_000;

test('a client of 2026-07-28 listens, reads what changed, and stops', { timeout }, async () => {
  await using stage = await McpStage.open();
  const client = await stage.modern();
  const told = new Told();
  client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
    told.push(params.uri),
  );
  const subscription = await client.listen({ resourceSubscriptions: [bundle, entity] });

  await change(stage);
  await told.count(1);
  const read = await client.readResource({ uri: bundle });
  await stage.call('PATCH', '/v1/entities/contact/c%2F1', { name: 'B' });
  await told.count(2);
  await subscription.close();

  assert.deepEqual(told.uris, [bundle, entity]);
  const [content] = read.contents;
  const text = content !== undefined && 'text' in content ? content.text : '';
  assert.deepEqual(JSON.parse(text), await stage.call('GET', '/v1/bundles/b1'));
});

test('a client of 2025-11-25 subscribes, and unsubscribes', { timeout }, async () => {
  await using stage = await McpStage.open();
  const client = await stage.old();
  const told = new Told();
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) =>
    told.push(params.uri),
  );
  await client.subscribeResource({ uri: bundle });
  await client.subscribeResource({ uri: entity });

  await change(stage);
  await told.count(1);
  await client.unsubscribeResource({ uri: bundle });
  await stage.call('PUT', '/v1/bundles/b1', bundleOf(2));
  await stage.call('PATCH', '/v1/entities/contact/c%2F1', { name: 'B' });
  await told.count(2);
  const { resources } = await client.listResources();

  assert.deepEqual(told.uris, [bundle, entity]);
  const listed = resources.map(({ uri }) => uri);
  assert.ok(listed.includes(bundle) && listed.includes(entity), listed.join());
});

test('what can be no resource is refused by both', { timeout }, async () => {
  await using stage = await McpStage.open();
  const [modern, old] = [await stage.modern(), await stage.old()];
  const uri = 'posthorn://odd/b1';

  await assert.rejects(modern.listen({ resourceSubscriptions: [uri] }), /no such resource/);
  await assert.rejects(old.subscribeResource({ uri }), /no such resource/);
});

test('a tenant is told of none of the changes of another one', { timeout }, async () => {
  await using stage = await McpStage.open();
  await stage.call('POST', '/v1/tenants', { id: 'acme', name: 'Acme' });
  const client = await stage.modern({ tenant: 'acme' });
  const told = new Told();
  client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
    told.push(params.uri),
  );
  await client.listen({ resourceSubscriptions: [bundle, entity] });

  await stage.callAs('default', 'PUT', '/v1/bundles/b1', bundleOf(1));
  await stage.callAs('acme', 'PATCH', '/v1/entities/contact/c%2F1', { name: 'A' });
  await told.count(1);

  assert.deepEqual(told.uris, [entity]);
});

test(
  'a listening client is told that the server stops, and keeps it from nothing',
  { timeout },
  async () => {
    await using stage = await McpStage.open();
    const [modern, old] = [await stage.modern(), await stage.old()];
    const subscription = await modern.listen({ resourceSubscriptions: [bundle] });
    await old.subscribeResource({ uri: bundle });

    await stage.stage.stop();

    assert.equal(await subscription.closed, 'graceful');
  },
);
