import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { TempProject, type Running } from './temp-project.ts';

/** Says `ready`, names every signal it gets, and leaves a while after the first. */
const listener = `
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => {
      console.log(signal);
      setTimeout(() => process.exit(0), 400);
    });
  }
  setInterval(() => {}, 60_000);
  console.log('ready');`;

async function startListener(project: TempProject, env?: NodeJS.ProcessEnv): Promise<Running> {
  const running = project.start([], env);
  await nextOutput(running);
  return running;
}

async function nextOutput({ process: { stdout } }: Running): Promise<void> {
  await once(stdout ?? assert.fail('it has no output'), 'data');
}

async function signalsHeard({ ended }: Running): Promise<string[]> {
  return (await ended).stdout.trim().split('\n').slice(1);
}

function pidOf({ process: { pid } }: Running): number {
  return pid ?? assert.fail('it did not start');
}

test('the exit code of the program is the exit code of the launcher', async () => {
  using project = new TempProject('process.exitCode = 78;');

  assert.equal((await project.run([])).code, 78);
});

test('a program that a signal ended is told as a shell tells it', async () => {
  using project = new TempProject(
    `process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 9e3)`,
  );

  assert.equal((await project.run([])).code, 128 + 9);
});

test('arguments reach the program as they are', async () => {
  using project = new TempProject('console.log(JSON.stringify(process.argv.slice(2)));');

  const { stdout } = await project.run(['serve', '--data', 'a b', '--', '--run']);

  assert.deepEqual(JSON.parse(stdout), ['serve', '--data', 'a b', '--', '--run']);
});

test('--run starts any file of the project with Node 24', async () => {
  using project = new TempProject('');
  project.write('bench/a.ts', 'console.log(process.version as string, process.argv[2]);');

  const { stdout } = await project.run(['--run', 'bench/a.ts', 'b']);

  assert.match(stdout, /^v(2[4-9]|[3-9]\d)\..* b\n$/);
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} to the launcher reaches the program exactly once`, async () => {
    using project = new TempProject(listener);
    const running = await startListener(project);

    process.kill(pidOf(running), signal);

    assert.deepEqual(await signalsHeard(running), [signal]);
    assert.equal((await running.ended).code, 0);
  });
}

test('a Ctrl-C, which goes to the whole group, reaches the program exactly once', async () => {
  using project = new TempProject(listener);
  const running = await startListener(project);

  process.kill(-pidOf(running), 'SIGINT');

  assert.deepEqual(await signalsHeard(running), ['SIGINT']);
});

test('two signals are two, so that a second one may end the program at once', async () => {
  using project = new TempProject(listener);
  const running = await startListener(project);

  process.kill(pidOf(running), 'SIGTERM');
  await nextOutput(running);
  process.kill(pidOf(running), 'SIGTERM');

  assert.deepEqual(await signalsHeard(running), ['SIGTERM', 'SIGTERM']);
});

test('under npm, which passes the same Ctrl-C on again, it is still one', async () => {
  using project = new TempProject(listener);
  const running = await startListener(project, { npm_lifecycle_event: 'demo' });

  process.kill(-pidOf(running), 'SIGINT');
  await nextOutput(running);
  process.kill(pidOf(running), 'SIGINT');

  assert.deepEqual(await signalsHeard(running), ['SIGINT']);
});

test('a launcher killed beyond catching takes the program with it', async () => {
  using project = new TempProject(listener);
  const running = await startListener(project);

  process.kill(pidOf(running), 'SIGKILL');

  // Its output closes when the last process that holds it is gone, and that is the program.
  assert.deepEqual(await signalsHeard(running), []);
});
