import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { CallbackStage } from '../app/contract/callback-stage.ts';
import { run } from './contract/in-process.ts';
import { makeFolder, patienceMs } from './contract/program.ts';
import type { Ended } from './contract/program.ts';
import { until } from './demo/until.ts';

const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

/** A server, a receiver, and `posthorn listen` between them. */
class ListenStage implements AsyncDisposable {
  readonly stage: CallbackStage;
  readonly #state: string;
  readonly #stopped: AsyncDisposableStack;

  private constructor(stage: CallbackStage, state: string, stopped: AsyncDisposableStack) {
    this.stage = stage;
    this.#state = state;
    this.#stopped = stopped;
  }

  static async open(): Promise<ListenStage> {
    await using opened = new AsyncDisposableStack();
    const folder = opened.use(await makeFolder());
    const stage = opened.use(await CallbackStage.open());
    return new ListenStage(stage, join(folder.path, 'kept', 'listen.json'), opened.move());
  }

  /** Listens until what is awaited has come; answers how it ended. */
  async listenUntil(args: readonly string[], awaited: () => Promise<unknown>): Promise<Ended> {
    const stopping = new AbortController();
    const { url, key } = this.stage.connection;
    const place = ['--state', this.#state, '--url', url, '--key', key];
    const ended = run(['listen', ...args, ...place], { stop: stopping.signal });
    const failedEarly = ended.then(({ stderr }) => Promise.reject(new Error(stderr)));
    try {
      await Promise.race([awaited(), failedEarly]);
    } finally {
      stopping.abort(new Error('interrupted'));
      await failedEarly.catch(() => undefined);
    }
    return ended;
  }

  /** Resolves once a cursor is kept. */
  async begun(): Promise<void> {
    const found = await until(() => stat(this.#state).catch(() => null), patienceMs);
    assert.ok(found, 'no cursor was kept');
  }

  async publish(type: string, data: unknown): Promise<string> {
    const { id } = await this.stage.call<{ id: string }>('POST', '/v1/events', { type, data });
    return id;
  }

  get target(): string {
    return `${this.stage.origin}/local`;
  }

  /** What was taken, in order, by the `n` in its data. */
  get taken(): number[] {
    return this.stage.received.map(({ body }) => (JSON.parse(body) as { data: number }).data);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stopped.disposeAsync();
  }
}

test('a local program gets what an endpoint gets, byte for byte, signed for it', async () => {
  await using listening = await ListenStage.open();
  const { stage, target } = listening;
  const endpoint = { url: `${stage.origin}/hook`, types: ['*'], secret };
  await stage.call('POST', '/v1/endpoints', endpoint);
  const data = '{"z":1.0,\r\n"a":12345678901234567890,"é":"\\u00e9"}';
  const body = `{"type":"a.b","key":"k","source":"crm","metadata":{"m":1},"data":${data}}`;
  await stage.send('POST', '/v1/events', { body });

  await listening.listenUntil([target, '--from-start', '--secret', secret], () => stage.arrived(2));

  const [hook, local] = ['/hook', '/local'].map((url) =>
    stage.received.find((each) => each.url === url),
  );
  assert.ok(hook && local);
  assert.ok(local.body.endsWith(`,"data":${data}}`));
  assert.equal(local.body, hook.body);
  new Webhook(secret).verify(local.body, local.headers);
  const own = /^(host|traceparent|user-agent|connection|webhook-(timestamp|signature))$/;
  const shared = (headers: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => !own.test(name)));
  assert.deepEqual(shared(local.headers), shared(hook.headers));
});

test('a new start goes on where the last one ended, with the same secret', async () => {
  await using listening = await ListenStage.open();
  const { stage, target } = listening;
  await listening.publish('a.b', 0);
  const first = await listening.listenUntil([target], async () => {
    await listening.begun();
    await listening.publish('a.b', 1);
    await stage.arrived(1);
  });
  await listening.publish('a.b', 2);

  const second = await listening.listenUntil([target], async () => {
    await stage.arrived(2);
    await listening.publish('a.b', 3);
    await stage.arrived(3);
  });

  assert.deepEqual(listening.taken, [1, 2, 3]);
  assert.deepEqual([first.code, second.code], [0, 0]);
  const secretOf = ({ stderr }: Ended): string => /whsec_\S+/.exec(stderr)?.[0] ?? 'none';
  assert.equal(secretOf(first), secretOf(second));
  new Webhook(secretOf(first)).verify(
    stage.received[0]?.body ?? '',
    stage.received[0]?.headers ?? {},
  );
});

test('an event that is not taken is tried until it is, and others wait for it', async () => {
  await using listening = await ListenStage.open();
  const { stage, target } = listening;
  stage.answers.push(503, 404);
  await listening.publish('a.b', 1);
  await listening.publish('a.b', 2);

  const ended = await listening.listenUntil([target, '--from-start'], () => stage.arrived(4));

  assert.deepEqual(listening.taken, [1, 1, 1, 2]);
  const attempts = stage.received.map(({ headers }) => headers['posthorn-attempt']);
  assert.deepEqual(attempts, ['1', '2', '3', '1']);
  assert.match(ended.stderr, /did not take it \(it answered 503\); again in/);
});

test('with --attempts it goes on after so many failures', async () => {
  await using listening = await ListenStage.open();
  const { stage, target } = listening;
  stage.answers.push(500, 500);
  await listening.publish('a.b', 1);
  await listening.publish('a.b', 2);

  const args = [target, '--from-start', '--attempts', '2'];
  const ended = await listening.listenUntil(args, () => stage.arrived(3));

  assert.deepEqual(listening.taken, [1, 1, 2]);
  assert.match(ended.stderr, /given up after 2 attempts/);
});

test('it follows only the types that are asked for, and says what it did as JSON', async () => {
  await using listening = await ListenStage.open();
  const { stage, target } = listening;
  await listening.publish('b.a', 1);
  const id = await listening.publish('a.b', 2);
  await listening.publish('a.c', 3);

  const args = [target, '--from-start', '--types', 'a.*', '--json'];
  const ended = await listening.listenUntil(args, () => stage.arrived(2));

  assert.deepEqual(listening.taken, [2, 3]);
  const [first] = ended.stdout.split('\n');
  const said = JSON.parse(first ?? '') as Record<string, unknown>;
  assert.deepEqual({ ...said, latencyMs: 0 }, { ...told(id), latencyMs: 0 });
});

function told(id: string): object {
  return { id, type: 'a.b', status: 200, error: null, number: 1 };
}

const wrong: [because: string, args: readonly string[], says: RegExp][] = [
  ['a target is a port or a URL', ['nowhere'], /port such as 3000/],
  ['only by http', ['ftp://localhost/'], /http or https/],
  ['a secret has its form', ['3000', '--secret', 'abc'], /whsec_/],
  ['attempts are counted from one', ['3000', '--attempts', '0'], /1 or more/],
];
for (const [because, args, says] of wrong) {
  test(`listen ${args.join(' ')}: ${because}`, async () => {
    const place = [
      '--url',
      'http://127.0.0.1:9',
      '--key',
      'ph_x',
      '--state',
      'nowhere/listen.json',
    ];

    const { code, stderr } = await run(['listen', ...args, ...place]);

    assert.equal(code, 64);
    assert.match(stderr, says);
  });
}
