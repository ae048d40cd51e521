import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { awaited, ServerStage } from '../contract/server-stage.ts';
import { createHandler } from '../receiver/create-handler.ts';
import { MemorySeenStore } from '../receiver/memory-seen-store.ts';

let stage: ServerStage;
before(async () => {
  stage = await ServerStage.open();
});
after(() => stage[Symbol.asyncDispose]());

const secret = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;

test('a task is told in order, every step of it, its end last, with its cause', async () => {
  const { posthorn } = stage;
  const seen: string[] = [];
  const { told, soon } = awaited<unknown>();
  const url = await stage.receive(
    createHandler({
      ...{ secret, store: new MemorySeenStore() },
      on: {
        'task.completed': ({ data, context }) => {
          seen.push('completed');
          told([data.result, data.tokenUsage?.total, context.tenant, context.key === data.taskId]);
        },
        'task.*': ({ type, data }) => {
          const { step } = data as { step?: string };
          seen.push(step ?? type);
        },
      },
    }),
  );
  await posthorn.endpoints.create({ url, secret, types: ['task.*'] });

  const task = await posthorn.tasks.start({ name: 'report', progressPerSecond: 1_000 });
  for (const step of ['analyzing', 'reasoning', 'generating', 'validating']) {
    for (let n = 0; n < 20; n += 1) task.progress({ step, progress: n / 20 });
  }
  await task.complete({ result: { score: 1 }, tokenUsage: { total: 7 } });

  assert.deepEqual(await soon, [{ score: 1 }, 7, 'default', true]);
  const steps = seen.filter((each, index) => each !== seen[index - 1]);
  assert.deepEqual(steps, [
    ...['task.started', 'analyzing', 'reasoning', 'generating', 'validating', 'completed'],
  ]);
});

test('a task can be waited for, found, and ended twice by the same words', async () => {
  const { posthorn } = stage;
  const parent = await posthorn.tasks.start({ name: 'parent' });
  const ending = posthorn.tasks.ended(parent.id);
  await posthorn.tasks.run({ parentTaskId: parent.id }, () => Promise.resolve(42));
  await parent.wait({ reason: 'approval' });
  await parent.complete({ result: 1 });

  const again = await posthorn.tasks.handle(parent.id).complete({ result: 1 });

  assert.equal(again.duplicate, true);
  assert.equal((await ending).state, 'completed');
  const [child] = await posthorn.tasks.list({ parentTaskId: parent.id }).first(2);
  assert.equal(child?.state, 'completed');
  await assert.rejects(parent.cancel(), { status: 409, code: 'wrong_state' });
});

test('a change of an entity has its version, and an older one is refused', async () => {
  const { posthorn } = stage;
  const contact = { type: 'contact', id: 'contact/123' };
  await posthorn.context.update({ entity: contact, changes: { name: { new: 'Ada' } } });

  const changed = await posthorn.context.patch(
    contact,
    { name: 'Ada L.', email: 'ada@example.com' },
    { ifMatch: '"1"', query: { source: 'crm' } },
  );

  assert.deepEqual([changed.changed, changed.version], [true, 2]);
  const { values, source } = await posthorn.context.get(contact);
  assert.deepEqual([values, source], [{ name: 'Ada L.', email: 'ada@example.com' }, 'crm']);
  const { changes } = await posthorn.context.changes(contact, { since: 1 });
  assert.deepEqual(changes['name'], { old: 'Ada', new: 'Ada L.' });
  assert.equal((await posthorn.context.list({ type: 'contact' }).first(5))[0]?.id, contact.id);
  const late = posthorn.context.patch(contact, { name: 'B' }, { ifMatch: '"1"' });
  await assert.rejects(late, { status: 412 });
});

test('a bundle is brought up to date by what changed, else whole', async () => {
  const { posthorn } = stage;
  const put = (content: unknown, summary = 's') =>
    posthorn.bundles.put('bun_1', { conversationId: 'c_1', summary, content });
  // So much that its changes are less than the whole.
  const many = Array.from({ length: 100 }, (_, n) => `fact ${n}`);
  await put({ facts: many, open: 1 });
  const first = await posthorn.bundles.sync({ id: 'bun_1' });
  const same = await posthorn.bundles.sync(first.bundle);
  await put({ facts: [...many, 'c'], open: 2 });
  await put({ facts: many.slice(1), open: 2 }, 'longer');

  const second = await posthorn.bundles.sync(first.bundle);
  const spoilt = await posthorn.bundles.sync({ ...first.bundle, content: null });

  assert.deepEqual(
    [first.how, same.how, second.how, spoilt.how],
    [...['fetched', 'unchanged', 'patched', 'fetched']],
  );
  assert.deepEqual(second.bundle, await posthorn.bundles.get('bun_1'));
  assert.deepEqual(spoilt.bundle, second.bundle);
  assert.equal(await posthorn.bundles.getIfChanged('bun_1', 3), null);
  assert.equal((await posthorn.bundles.getIfChanged('bun_1', 2))?.version, 3);
  const final = await posthorn.bundles.finalize('bun_1');
  assert.equal(final.state, 'finalized');
  await assert.rejects(put(1), { status: 409 });
});

test('the events of a chain are found by what they have in common', async () => {
  const { posthorn } = stage;
  const first = await posthorn.events.publish({ type: 'chain.a', data: 1 });
  await posthorn.events.publish({ type: 'chain.b', data: 2, causationId: first.id });

  const { data, held } = await posthorn.chains.get(first.id);

  assert.equal(held, false);
  assert.deepEqual(
    data.map(({ type, hops }) => [type, hops]),
    [
      ['chain.b', 1],
      ['chain.a', 0],
    ],
  );
});
