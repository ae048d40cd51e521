import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { readConfig } from '../../app/config.ts';
import { startPosthorn } from '../../app/start.ts';
import type { Running } from '../../app/start.ts';
import { run } from '../contract/in-process.ts';
import { makeFolder } from '../contract/program.ts';
import type { Folder } from '../contract/program.ts';

/** One server for all of these; each test has an entity of its own. */
let folder: Folder;
let running: Running;

before(async () => {
  folder = await makeFolder();
  const config = readConfig({ data: join(folder.path, 'data'), port: '0', dev: true }, {});
  running = await startPosthorn(config, { version: '0', level: 'error' });
});

after(async () => {
  await running.stop();
  await folder[Symbol.asyncDispose]();
});

function shell(...args: string[]) {
  return run([...args, '--data-dir', join(folder.path, 'data')]);
}

async function insist(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await shell(...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

test('an entity is told of, patched, shown and followed by commands', async () => {
  const changes = '{"n":{"new":9007199254740993},"s":{"new":"\\u00e9"}}';

  const told = await insist('context', 'update', 'contact/a/b', changes, '--source', 'crm');
  const patched = await insist(
    ...['entities', 'patch', 'contact/a/b', '{"s":null}', '--if-version', '1', '--json'],
  );
  const shown = await insist('entities', 'get', 'contact/a/b');
  const history = await insist('entities', 'changes', 'contact/a/b', '--since', '1');
  const list = await insist('entities', '--type', 'contact');

  assert.match(told, /^changed: +true$/m);
  assert.partialDeepStrictEqual(JSON.parse(patched), { changed: true, version: 2 });
  assert.match(shown, /^ {2}n: +9007199254740993$/m);
  assert.match(
    history,
    /^v2 .* s\nit is at version 2; .*\n\{"s":\{"old":"\\u00e9","new":null\}\}$/m,
  );
  assert.match(list, /contact\/a\/b +v2 +1 field /);
});

test('an outdated version and a name without an id are refused', async () => {
  await insist('entities', 'patch', 'contact/c', '{"a":1}');

  const outdated = await shell('entities', 'patch', 'contact/c', '{"a":2}', '--if-version', '0');
  const nameless = await shell('entities', 'get', 'contact');

  assert.notEqual(outdated.code, 0);
  assert.match(outdated.stderr, /version_mismatch|If-Match/);
  assert.match(nameless.stderr, /type\/id/);
});
