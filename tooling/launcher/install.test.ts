import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { TempProject } from './temp-project.ts';

const hello = `const word: string = 'hello'; console.log(word);`;

test('standard output carries only what the program says, also while installing', async () => {
  using project = new TempProject(hello);

  const { stdout, stderr, code } = await project.run([]);

  assert.deepEqual([stdout, code], ['hello\n', 0]);
  assert.match(stderr, /npm ci/);
});

test('it installs once for one lockfile, and again when that changes', async () => {
  using project = new TempProject(hello);

  await project.run([]);
  await project.run([]);
  assert.equal(project.installCount(), 1);

  project.write('package-lock.json', '{"changed": true}');
  await project.run([]);
  assert.equal(project.installCount(), 2);
});

test('a failed install shows what npm said, passes its code on, and is tried again', async () => {
  using project = new TempProject(hello);

  const { code, stdout, stderr } = await project.run([], { FAKE_NPM_EXIT: '7' });
  assert.deepEqual([code, stdout], [7, '']);
  assert.match(stderr, /npm says no/);

  assert.equal((await project.run([])).stdout, 'hello\n');
});

test('two launchers at once install once and both run', async () => {
  using project = new TempProject(hello);

  const both = [1, 2].map(() => project.run([], { FAKE_NPM_SLEEP: '0.5' }));
  const ended = await Promise.all(both);

  assert.deepEqual(
    ended.map(({ stdout }) => stdout),
    ['hello\n', 'hello\n'],
  );
  assert.equal(project.installCount(), 1);
});

test('a launcher that died while installing holds nobody up', async () => {
  using project = new TempProject(hello);
  const pidOfNobody = '4194304';
  project.write('.posthorn-install', pidOfNobody);

  assert.equal((await project.run([])).stdout, 'hello\n');
  assert.equal(existsSync(join(project.root, '.posthorn-install')), false);
});

test('without npm it says so in one line', async () => {
  using project = new TempProject(hello);

  const { code, stderr } = await project.run([], { PATH: '/nowhere' });

  assert.equal(code, 69);
  assert.match(stderr, /^posthorn: npm could not be started: .*$/m);
});
