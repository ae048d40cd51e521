import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readConfig } from '../../app/config.ts';
import { startPosthorn } from '../../app/start.ts';
import type { Running } from '../../app/start.ts';
import { run } from '../contract/in-process.ts';
import { makeFolder, patienceMs } from '../contract/program.ts';
import type { Folder } from '../contract/program.ts';
import { answers, startReceiver } from '../demo/receivers.ts';
import { until } from '../demo/until.ts';

let folder: Folder;
let data: string;
let running: Running;

before(async () => {
  folder = await makeFolder();
  data = join(folder.path, 'data');
  running = await serve(data);
});

after(async () => {
  await running.stop();
  await folder[Symbol.asyncDispose]();
});

function serve(dataDir: string): Promise<Running> {
  const config = readConfig({ data: dataDir, port: '0', dev: true }, {});
  return startPosthorn(config, { version: '0', level: 'error' });
}

type Report = { ok: boolean; findings: { check: string; is: string; fix: string | null }[] };

async function doctor(...args: string[]) {
  const { code, stdout } = await run(['doctor', '--json', ...args]);
  return { code, report: JSON.parse(stdout) as Report };
}

test('the doctor finds nothing wrong with a server that runs', async () => {
  const { code, report } = await doctor('--data', data);

  assert.deepEqual(
    report.findings.filter((each) => each.is !== 'ok'),
    [],
  );
  assert.equal(code, 0);
  const checks = report.findings.map(({ check }) => check);
  for (const check of [
    'node',
    'disk',
    'database',
    'schema',
    'master key',
    'server',
    'clock',
    'key',
  ]) {
    assert.ok(checks.includes(check), check);
  }
});

test('the doctor names a key file that others may read, and what mends it', async () => {
  const path = join(data, 'operator.key');
  await chmod(path, 0o644);

  const { code, report } = await doctor('--data', data);
  await chmod(path, 0o600);

  const found = report.findings.find(({ is }) => is === 'fail');
  assert.deepEqual([code, found?.check, found?.fix], [1, 'operator.key', `chmod go= ${path}`]);
});

test('the doctor says what is wrong with settings, and with a damaged database', async () => {
  await using empty = await makeFolder();
  await writeFile(join(empty.path, 'posthorn.db'), 'this is no database '.repeat(100));

  const settings = await doctor('--port', 'x');
  const damaged = await doctor('--data', empty.path, '--port', '0');

  assert.deepEqual(
    settings.report.findings.map(({ check }) => check),
    ['settings'],
  );
  assert.ok(damaged.report.findings.some(({ check, is }) => check === 'database' && is === 'fail'));
  assert.deepEqual([settings.code, damaged.code], [1, 1]);
});

test('a backup of a running server, restored elsewhere, delivers what was pending', async () => {
  const receiver = await startReceiver(answers.at(200));
  const to = ['--data-dir', data];
  const made = await run([
    'endpoints',
    'create',
    receiver.url,
    '--types',
    'kept.*',
    '--json',
    ...to,
  ]);
  const { id } = JSON.parse(made.stdout) as { id: string };
  await run(['endpoints', 'pause', id, ...to]);
  const sent = await run(['send', 'kept.sent', '--data', '{"n":1.0}', ...to]);
  const file = join(folder.path, 'backup.db');

  const backup = await run(['backup', file, '--data', data, '--with-keys', '--json']);
  const restored = join(folder.path, 'restored');
  const restore = await run(['restore', file, '--data', restored, '--json']);
  const second = await serve(restored);
  await run(['endpoints', 'resume', id, '--data-dir', restored]);
  const arrived = await until(() => receiver.arrivals[0] ?? null, patienceMs);
  await second.stop();
  await receiver.close();

  assert.deepEqual([backup.code, restore.code], [0, 0], backup.stderr + restore.stderr);
  assert.equal(arrived?.webhookId, sent.stdout.trim());
  assert.ok(arrived.body.endsWith('"data":{"n":1.0}}'));
  for (const path of [file, `${file}.keys`]) assert.equal((await stat(path)).mode & 0o777, 0o600);
  const shown = JSON.parse(backup.stdout) as { bytes: number; keysFile: string };
  assert.equal(shown.keysFile, `${file}.keys`);
  assert.ok(shown.bytes > 0);
});

test('a backup is one moment of a database that is written to meanwhile', async () => {
  const file = join(folder.path, 'busy.db');
  const to = ['--data-dir', data];
  const send = async (n: number) => run(['send', 'busy.sent', '--id', `busy-${n}`, ...to]);
  const writing = Array.from({ length: 50 }, (_, n) => send(n));

  const backup = await run(['backup', file, '--data', data]);
  await Promise.all(writing);

  assert.equal(backup.code, 0, backup.stderr);
  const restored = await run(['restore', file, '--data', join(folder.path, 'busy')]);
  assert.equal(restored.code, 0, restored.stderr);
});

test('a backup replaces nothing unless told to, and says where the key must be kept', async () => {
  const file = join(folder.path, 'once.db');
  const first = await run(['backup', file, '--data', data]);

  const again = await run(['backup', file, '--data', data]);
  const forced = await run(['backup', file, '--data', data, '--force']);

  assert.deepEqual([first.code, again.code, forced.code], [0, 78, 0]);
  assert.match(first.stderr, /keep \S+master\.key apart/);
  assert.match(again.stderr, /exists; --force replaces it/);
});

test('a restore refuses a directory that is not empty, and a file that is no backup', async () => {
  const file = join(folder.path, 'noise.db');
  await writeFile(file, 'noise '.repeat(1_000));
  const fresh = join(folder.path, 'fresh');

  const full = await run(['restore', file, '--data', data]);
  const noise = await run(['restore', file, '--data', fresh]);

  assert.deepEqual([full.code, noise.code], [78, 74]);
  assert.match(full.stderr, /is not empty/);
  assert.match(noise.stderr, /is not a SQLite database/);
});

test('a restore without keys says what is missing, and refuses a wrong key', async () => {
  const file = join(folder.path, 'keyless.db');
  await run(['backup', file, '--data', data]);
  const env = { POSTHORN_MASTER_KEY: Buffer.alloc(32, 9).toString('base64') };

  const wrong = await run(['restore', file, '--data', join(folder.path, 'w')], { env });
  const without = await run(['restore', file, '--data', join(folder.path, 'wo')]);

  assert.equal(wrong.code, 78);
  assert.match(wrong.stderr, /is not the key that this database was made with/);
  assert.equal(without.code, 0);
  assert.match(without.stderr, /put master\.key into/);
});

test('the API is described without a server as a server describes it', async () => {
  const served = await fetch(`${running.url}/openapi.json`);

  const { stdout } = await run(['openapi']);

  const [printed, answered] = [JSON.parse(stdout), await served.json()] as { paths: object }[];
  assert.deepEqual(printed?.paths, answered?.paths);
});

test('each setting says where it comes from, and no secret is shown', async () => {
  const file = join(folder.path, 'config.json');
  await writeFile(file, '{"host":"127.0.0.2","allowAddress":["10.0.0.0/8"]}');
  const env = { POSTHORN_PORT: '8080', POSTHORN_ADMIN_KEY: `ph_${'z'.repeat(40)}` };

  const { code, stdout } = await run(
    ['config', 'explain', '--json', '--config', file, '--data', data],
    { env },
  );

  assert.equal(code, 0);
  const { settings, limits } = JSON.parse(stdout) as {
    settings: Record<string, { value: unknown; origin: string }>;
    limits: Record<string, { value: number; origin: string }>;
  };
  const origins = Object.entries(settings).map(([name, { origin }]) => [name, origin]);
  assert.partialDeepStrictEqual(Object.fromEntries(origins), {
    ...{ host: 'file', allowAddress: 'file', port: 'environment', data: 'flag' },
    ...{ dev: 'default', adminKey: 'environment', masterKey: 'file' },
  });
  assert.equal(limits['eventBytes']?.value, 1_048_576);
  assert.ok(!stdout.includes('zzz'));
  const key = (await readFile(join(data, 'master.key'), 'utf8')).trim();
  assert.ok(!stdout.includes(key));
});

const wrongConfig: [because: string, file: string, env: Record<string, string>, says: RegExp][] = [
  ['the environment is named', '{}', { POSTHORN_PORT: 'x' }, /^posthorn: POSTHORN_PORT: must be/],
  ['the file is named', '{"port":"x"}', {}, /config\.json: port: must be a whole number/],
  ['a name has a meaning', '{"prot":1}', {}, /prot is not a setting; these are: data, port/],
  ['a kind is kept', '{"dev":"yes"}', {}, /dev must be true or false/],
  ['a file is JSON', '{', {}, /is not JSON/],
];
for (const [because, text, env, says] of wrongConfig) {
  test(`a wrong setting is reported where it stands: ${because}`, async () => {
    const file = join(folder.path, 'config.json');
    await writeFile(file, text);

    const { code, stderr } = await run(['config', '--config', file], { env });

    assert.equal(code, 78);
    assert.match(stderr, says);
  });
}
