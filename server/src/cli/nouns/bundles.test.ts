import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes } from '../../app/exit-codes.ts';
import { readConfig } from '../../app/config.ts';
import { startPosthorn } from '../../app/start.ts';
import type { Running } from '../../app/start.ts';
import { run } from '../contract/in-process.ts';
import { makeFolder } from '../contract/program.ts';
import type { Folder } from '../contract/program.ts';

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

async function bundles(...args: string[]) {
  return run(['bundles', ...args, '--data-dir', join(folder.path, 'data')]);
}

async function stdoutOf(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await bundles(...args);
  assert.equal(code, exitCodes.ok, stderr);
  return stdout;
}

test('a bundle is put from a file, shown with its bytes and read by what changed', async () => {
  const file = join(folder.path, 'facts.json');
  const conversation = ['--conversation', 'conv_1', '--content', `@${file}`];
  await writeFile(file, '{"n": 12345678901234567890}\n');
  await stdoutOf('put', 'case-1', ...conversation, '--participants', 'u1', '{"id":"u2"}');
  await writeFile(file, '{"n": 12345678901234567890, "facts": ["one"]}\n');
  await stdoutOf('put', 'case-1', ...conversation, '--participants', 'u1', '{"id":"u2"}');

  const shown = await stdoutOf('get', 'case-1');
  const changes = await stdoutOf('changes', 'case-1', '--since', '1');
  const patch = await stdoutOf('changes', 'case-1', '--since', '1', '--json');

  assert.ok(shown.endsWith('content:\n{"n": 12345678901234567890, "facts": ["one"]}\n'), shown);
  assert.match(changes, /^replace {2}\/version\n/m);
  assert.match(changes, /^add {6}\/content\/facts\n/m);
  assert.ok(patch.includes('{"op":"add","path":"/content/facts","value":["one"]}'), patch);
});

test('a version that was changed since is not put over', async () => {
  await stdoutOf('put', 'case-2', '--conversation', 'c', '--content', '1');

  const { code, stderr } = await bundles(
    ...['put', 'case-2', '--conversation', 'c', '--content', '2', '--if-version', '7'],
  );

  assert.notEqual(code, exitCodes.ok);
  assert.match(stderr, /version_mismatch/);
});

test('bundles without a name are given one, listed and made final', async () => {
  const made = await stdoutOf('put', '--conversation', 'conv_3', '--content', '{}', '--json');
  const { id } = JSON.parse(made) as { id: string };

  await stdoutOf('finalize', id);
  const list = await stdoutOf('list', '--conversation', 'conv_3', '--state', 'finalized');

  assert.match(id, /^bun_/);
  assert.ok(list.includes(id) && list.includes('v2'), list);
});

const missing: [because: string, args: string[]][] = [
  ['--conversation', ['put', 'x', '--content', '1']],
  ['--content', ['put', 'x', '--conversation', 'c']],
  ['--since', ['changes', 'x']],
];
for (const [option, args] of missing) {
  test(`${args[0]} says that ${option} is needed`, async () => {
    const { code, stderr } = await bundles(...args);

    assert.equal(code, exitCodes.usage);
    assert.ok(stderr.includes(option), stderr);
  });
}
