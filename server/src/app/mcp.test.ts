import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../core/limits.ts';
import { McpStage, toolAnswer, toolFailure } from './contract/mcp-stage.ts';

const bundleOf = (facts: number[]) => ({ conversationId: 'c', content: { facts } });

type Events = { events: { id: string }[]; nextCursor: string | null };

test('clients of both versions see the same tools, and templates of resources', async () => {
  await using stage = await McpStage.open();
  const [modern, old] = [await stage.modern(), await stage.old()];

  const [ours, theirs] = [await modern.listTools(), await old.listTools()];
  const { resourceTemplates } = await old.listResourceTemplates();

  const names = ours.tools.map(({ name }) => name);
  const wide = ['search_events', 'explain_failure', 'replay', 'task_timeline', 'entity_changes'];
  assert.deepEqual(names, [...wide, 'bundle']);
  assert.deepEqual(
    theirs.tools.map(({ name }) => name),
    names,
  );
  assert.deepEqual(
    resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    ['posthorn://entities/{type}/{id}', 'posthorn://bundles/{id}'],
  );
  assert.equal(modern.getNegotiatedProtocolVersion(), '2026-07-28');
});

test('a search finds events by type, entity and chain, page by page', async () => {
  await using stage = await McpStage.open();
  const { call } = stage;
  const entity = { type: 'contact', id: 'c1' };
  const first = await call('POST', '/v1/events', { type: 'a.b', data: 1, entity });
  const second = await call('POST', '/v1/events', { type: 'a.b', data: 2, correlationId: 'k' });
  const client = await stage.modern();
  const search = (input: Record<string, unknown>) =>
    toolAnswer<Events>(client, 'search_events', input);

  const byType = await search({ type: 'a.b', limit: 1 });
  const next = await search({ type: 'a.b', limit: 1, cursor: byType.nextCursor });
  const byEntity = await search({ entityType: 'contact', entityId: 'c1' });
  const byChain = await search({ correlationId: 'k' });
  const late = await search({ since: '2100-01-01T00:00:00Z' });

  const ids = [byType, next, byEntity, byChain, late].map(({ events }) =>
    events.map(({ id }) => id),
  );
  assert.deepEqual(ids, [[second.id], [first.id], [first.id], [second.id], []]);
});

test('a failure is explained by its delivery, its event and its endpoint', async () => {
  await using stage = await McpStage.open();
  const { eventId, endpointId, deliveryId } = await stage.deadLetter();
  const client = await stage.old();

  type Explained = {
    about: string;
    failures: { delivery: { id: string }; explanation: unknown }[];
  };
  const explain = (id: string) => toolAnswer<Explained>(client, 'explain_failure', { id });
  const found = [await explain(deliveryId), await explain(eventId), await explain(endpointId)];
  const input = { deliveryState: 'dead' };
  const dead = await toolAnswer<Events>(client, 'search_events', input);

  assert.deepEqual(
    found.map(({ about, failures }) => [about, failures.map(({ delivery }) => delivery.id)]),
    ['delivery', 'event', 'endpoint'].map((about) => [about, [deliveryId]]),
  );
  assert.match(JSON.stringify(found[0]?.failures[0]?.explanation), /"cause":.*"fix":/);
  assert.deepEqual(
    dead.events.map(({ id }) => id),
    [eventId],
  );
});

test('a replay is planned, and made only with the confirmation of that very plan', async () => {
  await using stage = await McpStage.open();
  const { endpointId } = await stage.deadLetter();
  const client = await stage.modern();
  type Replay = { step: string; confirmation: string; plan: { matchedCount: number } };
  type Made = { step: string; replay: { id: string } };
  const replays = async () => (await stage.call<{ data: object[] }>('GET', '/v1/replays')).data;

  const plan = await toolAnswer<Replay>(client, 'replay', { endpointId });
  const madeByPlan = (await replays()).length;
  const { confirmation } = plan;
  const other = await toolFailure(client, 'replay', { endpointId, only: 'failed', confirmation });
  const forged = await toolFailure(client, 'replay', { endpointId, confirmation: '9.x' });
  const made = await toolAnswer<Made>(client, 'replay', { endpointId, confirmation });
  const again = await toolAnswer<Made>(client, 'replay', { endpointId, confirmation });

  assert.deepEqual([plan.step, plan.plan.matchedCount, madeByPlan], ['planned', 1, 0]);
  assert.match(other, /not for these filters/);
  assert.match(forged, /not for these filters/);
  assert.equal(made.step, 'made');
  assert.deepEqual([again.replay.id, (await replays()).length], [made.replay.id, 1]);
});

test('a task, an entity and a bundle are shown as their routes show them', async () => {
  await using stage = await McpStage.open();
  const { id: taskId } = await stage.call('POST', '/v1/tasks', { name: 'Report' });
  await stage.call('POST', `/v1/tasks/${taskId}/progress`, { step: 'a' });
  await stage.call('PATCH', '/v1/entities/contact/c%2F1', { name: 'A' });
  await stage.call('PATCH', '/v1/entities/contact/c%2F1', { name: 'B' });
  const { id: bundleId } = await stage.call('POST', '/v1/bundles', bundleOf([1]));
  await stage.call('PUT', `/v1/bundles/${bundleId}`, bundleOf([1, 2]));
  const client = await stage.modern();

  const timeline = await toolAnswer(client, 'task_timeline', { taskId });
  const changes = await toolAnswer(client, 'entity_changes', { type: 'contact', id: 'c/1' });
  const whole = await toolAnswer(client, 'bundle', { bundleId });
  const delta = await toolAnswer(client, 'bundle', { bundleId, since: 1 });

  const route = (path: string) => stage.call<object>('GET', path);
  const history = await route(`/v1/tasks/${taskId}/events`);
  assert.deepEqual(timeline, { task: await route(`/v1/tasks/${taskId}`), timeline: history });
  assert.deepEqual(changes, await route('/v1/entities/contact/c%2F1/changes?since=0'));
  assert.deepEqual(whole, { bundle: await route(`/v1/bundles/${bundleId}`) });
  const patch = await route(`/v1/bundles/${bundleId}/changes?since=1`);
  assert.deepEqual(delta, { since: 1, patch });
});

test('what is not there, not valid or not allowed is an error that the model sees', async () => {
  await using stage = await McpStage.open();
  const reader = await stage.keyFor('default', ['read']);
  const client = await stage.old({ key: reader });

  const cases: [tool: string, input: Record<string, unknown>, says: RegExp][] = [
    ['explain_failure', { id: 'dlv_none' }, /"not_found"/],
    ['task_timeline', { taskId: 'none' }, /"not_found"/],
    ['entity_changes', { type: 'a', id: 'b' }, /"not_found"/],
    ['bundle', { bundleId: 'none' }, /"not_found"/],
    ['bundle', { bundleId: 'a/b' }, /"validation_failed".*\/bundleId/],
    ['search_events', { limit: 10_000 }, /"validation_failed".*\/limit/],
    ['search_events', { odd: 1 }, /"validation_failed".*\/odd/],
    ['replay', {}, /"forbidden"/],
  ];
  for (const [tool, input, says] of cases)
    assert.match(await toolFailure(client, tool, input), says);

  await assert.rejects(client.callTool({ name: 'odd' }), /no tool odd/);
  const noResource = client.readResource({ uri: 'posthorn://bundles/none' });
  await assert.rejects(noResource, /not found/i);
});

test('a key of one tenant sees nothing of another one', async () => {
  await using stage = await McpStage.open();
  await stage.call('POST', '/v1/tenants', { id: 'acme', name: 'Acme' });
  const { id: eventId } = await stage.callAs('default', 'POST', '/v1/events', {
    type: 'a',
    data: 1,
  });
  await stage.callAs('default', 'PUT', '/v1/bundles/b1', bundleOf([]));
  const stranger = await stage.modern({ key: await stage.keyFor('acme', ['admin']) });

  const found = await toolAnswer<Events>(stranger, 'search_events', {});
  const { resources } = await stranger.listResources();

  assert.deepEqual([found.events, resources], [[], []]);
  assert.match(await toolFailure(stranger, 'explain_failure', { id: eventId }), /"not_found"/);
  assert.match(await toolFailure(stranger, 'bundle', { bundleId: 'b1' }), /"not_found"/);
  await assert.rejects(stranger.readResource({ uri: 'posthorn://bundles/b1' }), /not found/i);
});

test('an answer that is too large says so, and how to ask for less', async () => {
  await using stage = await McpStage.open();
  const content = { text: 'x'.repeat(limits.mcpAnswerBytes) };
  await stage.call('PUT', '/v1/bundles/b1', { conversationId: 'c', content });
  await stage.call('PUT', '/v1/bundles/b1', { conversationId: 'c', content: { text: 'short' } });
  await stage.call('PUT', '/v1/bundles/b2', { conversationId: 'c', content });
  await stage.call('PUT', '/v1/bundles/b3', {
    conversationId: 'c',
    content: { text: 'x'.repeat(limits.mcpResourceBytes) },
  });
  const client = await stage.modern();

  const failure = await toolFailure(client, 'bundle', { bundleId: 'b2' });
  const delta = await toolAnswer<{ since: number }>(client, 'bundle', { bundleId: 'b1', since: 1 });
  const read = await client.readResource({ uri: 'posthorn://bundles/b2' });

  assert.match(failure, /"payload_too_large".*Ask for less/);
  assert.deepEqual([delta.since, read.contents.length], [1, 1]);
  const tooLarge = client.readResource({ uri: 'posthorn://bundles/b3' });
  await assert.rejects(tooLarge, /Read it over HTTP, at \/v1\/bundles\/b3/);
});

test('a search by entity looks through pages, and goes on where it stopped', async () => {
  await using stage = await McpStage.open();
  const entity = { type: 'contact', id: 'c1' };
  const { id } = await stage.call('POST', '/v1/events', { type: 'a.b', data: 1, entity });
  for (let n = 0; n < 2 * limits.mcpPages; n += 1) {
    await stage.call('POST', '/v1/events', { type: 'a.b', data: n });
  }
  const client = await stage.modern();
  const wish = { entityType: 'contact', limit: 1 };

  const found: string[] = [];
  let [cursor, calls] = [undefined as string | undefined, 0];
  do {
    const page = await toolAnswer<Events>(client, 'search_events', {
      ...wish,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.events.map((each) => each.id));
    cursor = page.nextCursor ?? undefined;
    calls += 1;
  } while (cursor !== undefined && calls < 10);

  assert.deepEqual([found, calls], [[id], 3]);
});
