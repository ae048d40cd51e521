import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { readConfig } from '../../app/config.ts';
import { startPosthorn } from '../../app/start.ts';
import type { Running } from '../../app/start.ts';
import { run } from '../contract/in-process.ts';
import { makeFolder } from '../contract/program.ts';
import type { Folder } from '../contract/program.ts';

/** One server for all of these; each test has a task of its own. */
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
  return run(['tasks', ...args, '--data-dir', join(folder.path, 'data')]);
}

async function insist(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await shell(...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

test('a task lives by commands, from its start to its result', async () => {
  const id = (await insist('start', '--name', 'Report', '--stall-after', '60000')).trim();

  await insist('progress', id, '--step', 'analyzing', '--progress', '0.25', '--data', '[1.0]');
  await insist('wait', id, '--reason', 'approval');
  await insist('progress', id, '--message', 'approved');
  const ended = await insist(
    ...['complete', id, '--result', '{"n":12345678901234567890}'],
    ...['--model', 'large-2', '--tokens', '{"input":5}'],
  );

  assert.equal(ended, '5  completed\n');
  const shown = await insist('get', id, '--json');
  assert.ok(shown.includes('"result":{"n":12345678901234567890}'));
  assert.partialDeepStrictEqual(JSON.parse(shown), {
    ...{ name: 'Report', steps: ['analyzing'], tokenUsage: { input: 5 }, stallAfterMs: 60_000 },
  });
  assert.match(await insist('--state', 'completed'), new RegExp(`completed .*#5.*Report +${id}`));
});

test('a task that failed says why, and can be told nothing more', async () => {
  await insist('start', '--id', 'failing');

  await insist('fail', 'failing', '--error', 'No capacity', '--code', 'busy', '--retryable');
  const more = await shell('progress', 'failing');

  const { error } = JSON.parse(await insist('get', 'failing', '--json')) as { error: unknown };
  assert.deepEqual(error, { code: 'busy', message: 'No capacity', retryable: true });
  assert.equal(more.code, 1);
  assert.match(more.stderr, /wrong_state: The task is failed/);
});

test('watching shows each state up to the end, and ends as the task did', async () => {
  await insist('start', '--id', 'watched');
  const watching = shell('watch', 'watched');
  await insist('progress', 'watched', '--step', 'analyzing', '--progress', '0.5');

  await insist('cancel', 'watched', '--reason', 'given up');

  const { code, stdout } = await watching;
  assert.equal(code, 1);
  assert.match(stdout, /3 {2}\S+ {2}cancelled {2}analyzing {2}50 % {2}given up\n$/);
});

test('parts are listed under the task that they are parts of', async () => {
  await insist('start', '--id', 'whole');
  await insist('start', '--id', 'part', '--parent', 'whole');

  const list = JSON.parse(await insist('--parent', 'whole', '--json')) as {
    data: { id: string }[];
  };

  assert.deepEqual(
    list.data.map(({ id }) => id),
    ['part'],
  );
});
