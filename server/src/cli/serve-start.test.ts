import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeFolder, Program, runProgram } from './contract/program.ts';

const adminKey = `ph_${'k'.repeat(40)}`;

async function get(url: string, key: string): Promise<number> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  await response.arrayBuffer();
  return response.status;
}

test('a server that listens says so in one line on standard output', async () => {
  await using folder = await makeFolder();
  await using server = new Program(['serve', '--data', folder.path, '--port', '0']);

  const url = await server.url();

  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(server.stdout, `posthorn: listening on ${url}\n`);
  const health = await fetch(`${url}/readyz`);
  assert.equal(health.status, 200);
});

test('the operator key is made and shown at the first start, and not again', async () => {
  await using folder = await makeFolder();
  const args = ['serve', '--data', folder.path, '--port', '0'];
  await using first = new Program(args);
  await first.url();
  first.kill('SIGTERM');
  const { stderr, stdout } = await first.ended;
  const key = (await readFile(join(folder.path, 'operator.key'), 'utf8')).trim();

  await using second = new Program(args);
  const url = await second.url();

  assert.match(key, /^ph_[A-Za-z0-9_-]{32,}$/);
  assert.equal(stderr.split(key).length, 2);
  assert.ok(!stdout.includes(key) && !second.stderr.includes(key));
  assert.equal((await stat(join(folder.path, 'operator.key'))).mode & 0o777, 0o600);
  assert.equal((await stat(join(folder.path, 'master.key'))).mode & 0o777, 0o600);
  assert.equal(await get(`${url}/v1/keys`, key), 200);
  assert.equal(await get(`${url}/v1/keys`, adminKey), 401);
});

test('POSTHORN_ADMIN_KEY is the operator key, and is never shown', async () => {
  await using folder = await makeFolder();
  const env = { POSTHORN_ADMIN_KEY: adminKey };
  await using server = new Program(['serve', '--data', folder.path, '--port', '0'], { env });

  const url = await server.url();

  assert.equal(await get(`${url}/v1/keys`, adminKey), 200);
  assert.ok(!`${server.stdout}${server.stderr}`.includes(adminKey));
});

const secret = 'not-a-good-secret-value';
const wrong: [because: string, args: string[], env: Record<string, string>, key: string][] = [
  ['a port is a number', ['--port', secret], {}, '--port'],
  ['each network is judged', ['--allow-address=::/0', '--allow-address=x'], {}, '--allow-address'],
  ['--dev is for this machine', ['--dev', '--host', '0.0.0.0'], {}, '--dev'],
  ['a key begins with ph_', [], { POSTHORN_ADMIN_KEY: secret.repeat(2) }, 'POSTHORN_ADMIN_KEY'],
  ['a master key is 32 bytes', [], { POSTHORN_MASTER_KEY: secret }, 'POSTHORN_MASTER_KEY'],
];
for (const [because, args, env, key] of wrong) {
  test(`exit 78 and one line that names ${key}: ${because}`, async () => {
    await using folder = await makeFolder();
    const data = ['--data', join(folder.path, 'data'), '--port', '0'];

    const { code, stdout, stderr } = await runProgram(['serve', ...data, ...args], { env });

    assert.equal(code, 78, stderr);
    assert.match(stderr, /^posthorn: [^\n]+\n$/);
    assert.ok(stderr.startsWith(`posthorn: ${key}`), stderr);
    assert.ok(!stderr.includes(secret));
    assert.equal(stdout, '');
  });
}

test('a data directory that is a file is bad configuration', async () => {
  await using folder = await makeFolder();
  const path = join(folder.path, 'file');
  await writeFile(path, '');

  const { code, stderr } = await runProgram(['serve', '--data', path, '--port', '0']);

  assert.equal(code, 78);
  assert.match(stderr, /^posthorn: --data: [^\n]+\n$/);
});

test('a port in use is bad configuration, and leaves the address of its user alone', async () => {
  await using folder = await makeFolder();
  const [one, other] = [join(folder.path, 'one'), join(folder.path, 'other')];
  await using server = new Program(['serve', '--data', one, '--port', '0']);
  const { port } = new URL(await server.url());

  const { code, stdout, stderr } = await runProgram(['serve', '--data', other, '--port', port]);

  assert.equal(code, 78);
  const lines = stderr.split('\n').filter((line) => line.includes('--port'));
  assert.deepEqual(lines, [
    `posthorn: --port: cannot listen on 127.0.0.1:${port} (EADDRINUSE); ` +
      'another program listens there: end it, or choose another port',
  ]);
  assert.equal(stdout, '');
});

test('a damaged database is trouble with the store, in one line', async () => {
  await using folder = await makeFolder();
  await writeFile(join(folder.path, 'posthorn.db'), 'this is no database '.repeat(1_000));

  const { code, stdout, stderr } = await runProgram(['serve', '--data', folder.path, '--port=0']);

  assert.equal(code, 74);
  assert.match(stderr, /^posthorn: [^\n]*posthorn\.db[^\n]*\n$/);
  assert.equal(stdout, '');
});

test('another master key than before is refused before anything is served', async () => {
  await using folder = await makeFolder();
  const args = ['serve', '--data', folder.path, '--port', '0'];
  await using first = new Program(args);
  await first.url();
  first.kill('SIGTERM');
  await first.ended;

  const env = { POSTHORN_MASTER_KEY: Buffer.alloc(32, 9).toString('base64') };
  const { code, stdout, stderr } = await runProgram(args, { env });

  assert.equal(code, 78);
  assert.match(stderr, /^posthorn: POSTHORN_MASTER_KEY: [^\n]+\n$/);
  assert.equal(stdout, '');
});

test('an unknown option is an error of use', async () => {
  const { code, stdout, stderr } = await runProgram(['serve', '--prot', '1']);

  assert.equal(code, 64);
  assert.match(stderr, /unknown option '--prot'/);
  assert.equal(stdout, '');
});

test('a version and help are what was asked for, not failures', async () => {
  for (const args of [['--version'], ['--help'], ['help', 'serve'], []]) {
    const { code, stdout, stderr } = await runProgram(args);

    assert.equal(code, 0, args.join(' '));
    assert.notEqual(stdout, '');
    assert.equal(stderr, '');
  }
});

test('a second process on the same data directory is refused, and the first goes on', async () => {
  await using folder = await makeFolder();
  const args = ['serve', '--data', folder.path, '--port', '0'];
  await using server = new Program(args);
  const url = await server.url();

  const { code, stdout, stderr } = await runProgram(args);

  assert.equal(code, 74);
  assert.match(stderr, /^posthorn: another process is using the data directory [^\n]+\n$/);
  assert.equal(stdout, '');
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  const address = await readFile(join(folder.path, 'server.json'), 'utf8');
  assert.equal((JSON.parse(address) as { url: string }).url, url);
});

test('the launcher hands on the exit code and keeps standard output clean', async () => {
  const file = fileURLToPath(new URL('../../../launcher.mjs', import.meta.url));

  const { code, stdout, stderr } = await runProgram(['serve', '--port', 'x'], { file });

  assert.deepEqual([code, stdout], [78, '']);
  assert.equal(stderr, 'posthorn: --port: must be a whole number from 0 to 65535\n');
});
