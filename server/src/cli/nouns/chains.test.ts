import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { readConfig } from '../../app/config.ts';
import { exitCodes } from '../../app/exit-codes.ts';
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

async function shell(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run([...args, '--data-dir', join(folder.path, 'data')]);
  assert.equal(code, exitCodes.ok, stderr);
  return stdout;
}

test('a chain is drawn as a tree, each event behind the one that led to it', async () => {
  await shell('send', 'plan.made', '--id', 'plan');
  await shell('send', 'part.asked', '--id', 'left', '--caused-by', 'plan');
  await shell('send', 'part.asked', '--id', 'right', '--caused-by', 'plan');
  await shell('send', 'part.done', '--id', 'leaf', '--caused-by', 'left');

  const drawn = await shell('chains', 'get', 'plan');

  const tree = drawn
    .split('\n')
    .filter((line) => /^ *(plan|part)\./.test(line))
    .map((line) => line.replace(/\S+Z/, 'TIME').replaceAll(/(?<=\S) {2,}/g, ' | '));
  assert.deepEqual(tree, [
    'plan.made | no deliveries | TIME | plan',
    '  part.asked | no deliveries | TIME | left',
    '    part.done | no deliveries | TIME | leaf',
    '  part.asked | no deliveries | TIME | right',
  ]);
});

test('a chain that holds is released by one command, which may be repeated', async () => {
  let last = 'hop-0';
  await shell('send', 'hop.made', '--id', last);
  for (let hop = 1; hop <= 17; hop += 1) {
    await shell('send', 'hop.made', '--id', `hop-${hop}`, '--caused-by', last);
    last = `hop-${hop}`;
  }

  const first = await shell('chains', 'release', 'hop-0', '--json');
  const again = await shell('chains', 'release', 'hop-0', '--json');

  const released = [first, again].map(
    (text) => (JSON.parse(text) as { released: boolean }).released,
  );
  assert.deepEqual(released, [true, false]);
});

test('a report needs the token of a request', async () => {
  const data = ['--data-dir', join(folder.path, 'data')];

  const without = await run(['deliveries', 'ack', 'dlv_1', ...data]);
  const forged = await run(['deliveries', 'fail', 'dlv_1', '--token', 'a.1.1.b', ...data]);

  assert.equal(without.code, 64);
  assert.match(without.stderr, /--token: is needed/);
  assert.notEqual(forged.code, 0);
  assert.match(forged.stderr, /posthorn-ack-token/);
});
