import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { frameworks } from '../contract/framework-servers.ts';
import { ServerStage } from '../contract/server-stage.ts';
import { createHandler } from '../receiver/create-handler.ts';
import { MemorySeenStore } from '../receiver/memory-seen-store.ts';

let stage: ServerStage;
before(async () => {
  stage = await ServerStage.open();
});
after(() => stage[Symbol.asyncDispose]());

for (const [index, [name, serve]] of frameworks.entries()) {
  test(`${name}: what a real Posthorn sends is processed, and its answer kept`, async () => {
    const { posthorn } = stage;
    const type = `framework.n${index}`;
    const secret = `whsec_${Buffer.alloc(32, index).toString('base64')}`;
    const { url, close } = await serve(
      createHandler({
        ...{ secret, store: new MemorySeenStore() },
        on: { [type]: (event) => ({ got: event.data, source: event.context.source }) },
      }),
    );
    const endpoint = await posthorn.endpoints.create({ url, secret, types: [type] });

    const event = { type, data: { text: 'ü\n' }, source: 'ünit' };
    const { deliveries } = await posthorn.events.publishAndWait(event, 10_000);

    await close();
    assert.equal(deliveries[0]?.state, 'delivered');
    const [attempt] = await posthorn.attempts.list({ endpointId: endpoint.id }).first(1);
    const { response } = await posthorn.attempts.get(attempt?.id ?? '');
    assert.deepEqual(JSON.parse(response?.body ?? ''), { got: event.data, source: 'ünit' });
  });
}
