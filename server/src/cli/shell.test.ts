import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadCommands } from './commands.ts';
import { answers, startReceiver } from './demo/receivers.ts';
import type { Receiver } from './demo/receivers.ts';
import { until } from './demo/until.ts';
import { run } from './contract/in-process.ts';
import type { RunParts } from './contract/in-process.ts';
import { makeFolder, patienceMs, Program, runProgram } from './contract/program.ts';
import type { Folder } from './contract/program.ts';

/** One server for all of these; each test has an endpoint and event types of its own. */
let folder: Folder;
let server: Program;
let url: string;
let receiver: Receiver;

const adminKey = `ph_${'s'.repeat(40)}`;

before(async () => {
  folder = await makeFolder();
  receiver = await startReceiver(answers.at(200));
  server = new Program(['serve', '--data', folder.path, '--port', '0', '--dev'], {
    env: { POSTHORN_ADMIN_KEY: adminKey },
  });
  url = await server.url();
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await receiver.close();
  await folder[Symbol.asyncDispose]();
});

function shell(args: readonly string[], parts: RunParts = {}) {
  return run([...args, '--data-dir', folder.path], parts);
}

async function arrivalsOf(webhookId: string) {
  const found = await until(() => {
    const arrivals = receiver.arrivals.filter((each) => each.webhookId === webhookId);
    return arrivals.length === 0 ? null : arrivals;
  }, patienceMs);
  assert.ok(found, `${webhookId} did not arrive`);
  return found;
}

test('the main job from the shell: make an endpoint, send an event, see the attempt', async () => {
  const created = await shell(['endpoints', 'create', receiver.url, '--types', 'job.*']);
  const sent = await shell(['send', 'job.done', '--data', '{"n":1.0}', '--key-of', 'job-1']);
  const id = sent.stdout.trim();
  const [arrival] = await arrivalsOf(id);
  const log = await until(async () => {
    const { stdout } = await shell(['attempts']);
    return stdout.includes('job.done') ? stdout : null;
  }, patienceMs);

  assert.deepEqual([created.code, sent.code], [0, 0]);
  assert.match(created.stdout, /^id: ep_[a-z0-9]{26}\nsecret: whsec_[A-Za-z0-9+/]{43}=\n$/);
  assert.match(sent.stdout, /^evt_[a-z0-9]{26}\n$/);
  assert.equal(sent.stderr, 'posthorn: accepted; 1 delivery\n');
  assert.ok(arrival?.body.endsWith('"data":{"n":1.0}}'));
  assert.match(log ?? '', /^\S+Z {2}succeeded {2}200 .* job\.done +#1 {2}http:\S+ +dlv_\w+$/m);
});

test('--json prints what the API answers, on one line', async () => {
  const args = ['endpoints', 'create', receiver.url, '--types', 'js.*', 'json.*', '--json'];
  const created = await shell(args);
  const sent = await shell(['send', 'json.sent', '--json']);
  const { id, deliveryCount } = JSON.parse(sent.stdout) as { id: string; deliveryCount: number };
  await arrivalsOf(id);
  const rows = await until(async () => {
    const { stdout } = await shell(['attempts', '--limit', '2', '--json']);
    const page = JSON.parse(stdout) as { data: { eventId: string }[]; nextCursor: string | null };
    return page.data.some(({ eventId }) => eventId === id) ? page : null;
  }, patienceMs);

  const endpoint = JSON.parse(created.stdout) as { subscriptions: { types: string[] }[] };
  assert.deepEqual(endpoint.subscriptions[0]?.types, ['js.*', 'json.*']);
  assert.equal(deliveryCount, 1);
  assert.ok(rows !== null && rows.data.length <= 2);
});

test('data is sent byte for byte, from a file and from standard input', async () => {
  await shell(['endpoints', 'create', receiver.url, '--types', 'bytes.*']);
  const data = '{ "b":12345678901234567890,\n "a":1e400,"a":"\\u00e9é" }';
  const file = join(folder.path, 'data.json');
  await writeFile(file, `${data}\n`);

  const fromFile = await shell(['send', 'bytes.file', '--data', `@${file}`]);
  const fromInput = await shell(['send', 'bytes.input', '--data', '-'], { input: data });

  for (const { stdout } of [fromFile, fromInput]) {
    const [arrival] = await arrivalsOf(stdout.trim());
    assert.ok(arrival?.body.endsWith(`"data":${data}}`), arrival?.body);
  }
});

test('an id that was sent before is not sent again, and says so', async () => {
  await shell(['send', 'twice.sent', '--id', 'order-7']);

  const { code, stdout, stderr } = await shell(['send', 'twice.sent', '--id', 'order-7']);

  assert.deepEqual([code, stdout], [0, 'order-7\n']);
  assert.equal(stderr, 'posthorn: it was accepted before; nothing is new\n');
});

test('an endpoint without types gets a warning on standard error', async () => {
  const { code, stdout, stderr } = await shell(['endpoints', 'create', receiver.url]);

  assert.equal(code, 0);
  assert.match(stdout, /^id: .*\nsecret: .*\n$/);
  assert.match(stderr, /^posthorn: No types were named/);
});

const refused: [because: string, args: string[], code: number, says: RegExp][] = [
  ['data is JSON', ['send', 'a.b', '--data', '{'], 78, /^posthorn: --data: is not JSON\n$/],
  ['a JSON text and no more', ['send', 'a.b', '--data', '1},"id":{"x":1'], 78, /is not JSON\n$/],
  ['a file exists', ['send', 'a.b', '--data', '@/nowhere'], 78, /--data: \/nowhere cannot be read/],
  ['a type is a name', ['send', 'no good'], 1, /answered 422: validation_failed: .*\/type/],
  ['a limit has an end', ['attempts', '--limit', '501'], 1, /answered 422: .*limit/],
  ['an address has a scheme', ['attempts', '--url', 'here'], 64, /must be an http or https/],
  ['an URL is a destination', ['endpoints', 'create', 'ftp://a'], 1, /answered 422/],
];
for (const [because, args, code, says] of refused) {
  test(`${args.join(' ')} fails in a line on standard error: ${because}`, async () => {
    const ended = await shell(args);

    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, says);
    assert.equal(ended.stdout, '');
  });
}

test('address and key may be given by option or by environment', async () => {
  await using elsewhere = await makeFolder();
  const cwd = elsewhere.path;
  const env = { POSTHORN_URL: `${url}/`, POSTHORN_API_KEY: adminKey };

  const byEnvironment = await runProgram(['send', 'a.b'], { cwd, env });
  const byOption = await run(['send', 'a.b', '--url', url, '--key', adminKey]);

  assert.deepEqual([byEnvironment.code, byOption.code], [0, 0]);
});

test('an address with a login in it is refused and not shown', async () => {
  const env = { POSTHORN_URL: 'http://user:hidden@127.0.0.1:1' };

  const { code, stderr } = await shell(['attempts'], { env });

  assert.equal(code, 78);
  assert.equal(stderr, 'posthorn: POSTHORN_URL: must be an http or https address without login\n');
});

test('a key that is not valid is said to be so', async () => {
  const { code, stderr } = await shell(['attempts', '--key', 'ph_wrong']);

  assert.equal(code, 77);
  assert.match(stderr, /^posthorn: GET \/v1\/attempts\?limit=50 answered 401: unauthorized: /);
});

test('the key of a data directory goes to no other server', async () => {
  const { code, stderr } = await shell(['attempts', '--url', 'http://127.0.0.1:1']);

  assert.equal(code, 78);
  assert.equal(
    stderr,
    'posthorn: --key: is needed for http://127.0.0.1:1; or set POSTHORN_API_KEY\n',
  );
});

test('without a server anywhere it says how to start one', async () => {
  await using empty = await makeFolder();

  const { code, stderr } = await runProgram(['attempts'], { cwd: empty.path });

  assert.equal(code, 78);
  assert.equal(
    stderr,
    'posthorn: --url: is needed, as no server runs in ./posthorn-data; ' +
      'start one with: posthorn serve\n',
  );
});

test('a server that died without a word is said not to answer', async () => {
  await using left = await makeFolder();
  await writeFile(join(left.path, 'server.json'), '{"url":"http://127.0.0.1:9","pid":1}');
  await writeFile(join(left.path, 'operator.key'), adminKey);

  const { code, stderr } = await run(['attempts', '--data-dir', left.path]);

  assert.equal(code, 69);
  assert.match(stderr, /^posthorn: no server answers at http:\/\/127\.0\.0\.1:9 \([^\n]+\)\n$/);
});

test('the default tenant is meant unless another is named', async () => {
  const { code, stderr } = await shell(['attempts', '--tenant', 'nobody']);

  assert.equal(code, 1);
  assert.match(stderr, /unknown_tenant/);
});

test('who has read enough ends the output, which is no failure', async () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const args = ['--disable-warning=ExperimentalWarning', main, 'config', '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));

  const [code] = (await once(child, 'close')) as [number | null];

  assert.deepEqual([code, said], [0, '']);
});

test('Ctrl-C ends a command that waits for a server, with the code for that', async () => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const args = ['attempts', '--url', `http://127.0.0.1:${port}`, '--key', adminKey];
  await using waiting = new Program(args);
  const [socket] = (await once(silent, 'connection')) as [Socket];

  waiting.kill('SIGINT');
  const { code, stdout } = await waiting.ended;
  socket.destroy();
  silent.close();

  assert.deepEqual([code, stdout], [130, '']);
});

test('a server that takes too long is left, with the code for a server that is away', async () => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const to = ['--url', `http://127.0.0.1:${port}`, '--key', adminKey, '--timeout', '0.05'];

  const { code, stderr } = await run(['attempts', ...to]);
  silent.close();

  assert.equal(code, 69);
  assert.match(stderr, /no server answers at/);
});

test('help has examples first, and names every exit code', async () => {
  const all = await run(['help']);
  const one = await run(['help', 'deliveries', 'get']);

  assert.match(all.stdout, /Exit codes:\n {2}0 +done\n/);
  assert.match(one.stdout, /^Usage: posthorn deliveries get .*\n\nExamples:\n {2}posthorn /);
});

test('an unknown command is an error of use that names a near one', async () => {
  const { code, stderr } = await run(['endpoint']);

  assert.equal(code, 64);
  assert.match(stderr, /unknown command 'endpoint'\n\(Did you mean endpoints\?\)/);
});

test('every command has examples that begin with its name, and a summary on one line', async () => {
  const all = (await loadCommands()).flatMap(({ commands }) =>
    commands.flatMap((each) => ('noun' in each ? each.commands : [each])),
  );

  for (const { name, summary, examples } of all) {
    const [noun = ''] = name.split(' ');
    assert.ok(examples.length > 0, name);
    assert.ok(
      examples.every((each) => each.includes(`posthorn ${noun}`)),
      name,
    );
    assert.match(summary, /^[^\n]{8,100}[^.]$/, name);
  }
});

test('a command is found by its name without the others being loaded', async () => {
  const all = (await loadCommands()).flatMap(({ commands }) => commands);

  for (const each of all) {
    const name = 'noun' in each ? each.noun : each.name;
    const groups = await loadCommands(name);
    assert.deepEqual(
      groups.map(({ commands }) => commands),
      [[each]],
      name,
    );
  }
});
