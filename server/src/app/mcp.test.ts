import assert from 'node:assert/strict';
import { test } from 'node:test';
import { McpStage } from './contract/mcp-stage.ts';

test('clients of both versions see the same tools, and templates of resources', async () => {
  await using stage = await McpStage.open();
  const [modern, old] = [await stage.modern(), await stage.old()];

  const [ours, theirs] = [await modern.listTools(), await old.listTools()];
  const { resourceTemplates } = await old.listResourceTemplates();

  const names = ours.tools.map(({ name }) => name);
  assert.deepEqual(names, [
    'search_events',
    'explain_failure',
    'replay',
    'task_timeline',
    'entity_changes',
    'bundle',
  ]);
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
