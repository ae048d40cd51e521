import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { McpStage, toolAnswer } from '../app/contract/mcp-stage.ts';
import { run } from './contract/in-process.ts';

const timeout = 60_000;
const main = new URL('./main.ts', import.meta.url).pathname;
const named = { name: 'test', version: '1' };
const bundle = 'posthorn://bundles/b1';

for (const version of ['2026-07-28', '2025-11-25']) {
  test(`a client of ${version} reaches the server over standard input`, { timeout }, async () => {
    await using stage = await McpStage.open();
    const { url, key } = stage.stage.connection;
    const args = [main, 'mcp', '--url', url];
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', ...args],
      env: { POSTHORN_API_KEY: key },
    });
    const isNew = version === '2026-07-28';
    const mode = isNew ? ({ pin: version } as const) : ('legacy' as const);
    const client = new Client(named, { versionNegotiation: { mode } });
    const told = Promise.withResolvers<string>();
    client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
      told.resolve(params.uri),
    );
    await client.connect(transport);

    const { tools } = await client.listTools();
    const found = await toolAnswer<{ events: object[] }>(client, 'search_events', {});
    if (isNew) await client.listen({ resourceSubscriptions: [bundle] });
    else await client.subscribeResource({ uri: bundle });
    const content = { fact: 1 };
    await stage.call('PUT', '/v1/bundles/b1', { conversationId: 'c', content });

    assert.equal(await told.promise, bundle);
    assert.deepEqual([tools.length, found.events], [6, []]);
    assert.equal(client.getNegotiatedProtocolVersion(), version);
    await client.close();
  });
}

test('a bridge that may not, or finds nobody, answers with an error', { timeout }, async () => {
  await using stage = await McpStage.open();
  const { url } = stage.stage.connection;
  const input = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\nodd\n';
  const args = (where: string) => ['mcp', '--url', where, '--key', 'ph_odd'];

  const refused = await run(args(url), { input });
  const nobody = await run(args('http://127.0.0.1:1'), { input });

  assert.match(refused.stdout, /^{"jsonrpc":"2.0","id":1,"error":{.*unauthorized.*}}\n$/);
  assert.match(nobody.stdout, /^{"jsonrpc":"2.0","id":1,"error":{.*no answer.*}}\n$/);
  assert.match(refused.stderr, /no message of MCP/);
  assert.deepEqual([refused.code, nobody.code], [0, 0]);
});
