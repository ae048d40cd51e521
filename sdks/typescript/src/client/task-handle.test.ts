import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Posthorn } from './posthorn.ts';

type Report = {
  readonly verb: string;
  readonly body: Record<string, unknown>;
  readonly at: number;
};

/** A client over virtual time whose server takes `answerMs` for each report. */
class PacedStage {
  readonly reports: Report[] = [];
  readonly posthorn: Posthorn;
  /** What the server answers to progress instead of 200. */
  failure: Response | null = null;
  #now = 0;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  constructor() {
    this.posthorn = new Posthorn(
      { url: 'http://posthorn.example', retries: 0 },
      {
        now: () => this.#now,
        sleep: (ms, signal) => this.#sleep(ms, signal),
        fetch: (url, init) => Promise.resolve(this.#answer(url as string, init)),
      },
    );
  }

  /** Lets time pass, and whatever that wakes. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await turn();
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#now = next.at;
      next.wake();
    }
    this.#now = end;
  }

  told(verb: string): unknown[] {
    return this.reports.filter((each) => each.verb === verb).map(({ body }) => body);
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        resolve();
      };
      const sleeper = { at: this.#now + ms, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', wake);
    });
  }

  #answer(url: string, init: RequestInit | undefined): Response {
    const verb = url.split('/').at(-1) ?? '';
    const body = JSON.parse((init?.body as string | undefined) ?? '{}') as object;
    this.reports.push({ verb, body: body as Report['body'], at: this.#now });
    if (verb === 'progress' && this.failure !== null) return this.failure.clone();
    return new Response('{"id":"task_1","state":"running"}');
  }
}

/** Everything that waits on promises alone gets its turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('a burst goes out at the pace, the newest of each step, every step told', async () => {
  const stage = new PacedStage();
  const task = await stage.posthorn.tasks.start({ progressPerSecond: 2 });

  for (let n = 0; n < 200; n += 1) {
    task.progress({ step: n < 100 ? 'reading' : 'writing', progress: n / 200 });
    await stage.pass(5);
  }
  await stage.pass(2_000);

  const told = stage.reports.filter(({ verb }) => verb === 'progress');
  assert.ok(told.length <= 4, `${told.length} reports in a second and what waited`);
  assert.deepEqual([...new Set(told.map(({ body }) => body['step']))], ['reading', 'writing']);
  assert.deepEqual(told.at(-1)?.body, { step: 'writing', progress: 199 / 200 });
  const gaps = told.slice(1).map(({ at }, index) => at - (told[index]?.at ?? 0));
  assert.ok(
    gaps.every((gap) => gap >= 500),
    String(gaps),
  );
});

test('what ends a task sends first what waits, and does not wait for the pace', async () => {
  const stage = new PacedStage();
  const task = await stage.posthorn.tasks.start({ progressPerSecond: 1 });
  task.progress({ step: 'a', progress: 0.1 });
  task.progress({ step: 'b', progress: 0.2 });
  task.progress({ step: 'b', progress: 0.9 });

  await task.complete({ result: 1 });

  assert.deepEqual(
    stage.reports.slice(1).map(({ verb, body }) => [verb, body['step'], body['progress']]),
    [
      ['progress', 'a', 0.1],
      ['progress', 'b', 0.9],
      ['complete', undefined, undefined],
    ],
  );
  assert.equal(task.signal.aborted, true);
});

test('a report without a step belongs to the step before', async () => {
  const stage = new PacedStage();
  const task = stage.posthorn.tasks.handle('task_1');
  task.progress({ step: 'a' });
  task.progress({ progress: 0.5 });

  await task.flush();

  assert.deepEqual(stage.told('progress'), [{ step: 'a', progress: 0.5 }]);
});

test('a task that somebody has cancelled is told so, and reports no more', async () => {
  const stage = new PacedStage();
  const errors: unknown[] = [];
  const task = stage.posthorn.tasks.handle('task_1', { onError: (error) => errors.push(error) });
  stage.failure = new Response('{"code":"wrong_state","detail":"cancelled"}', { status: 409 });
  task.progress({ step: 'a' });
  await task.flush();
  task.progress({ step: 'b' });

  await task.flush();

  assert.equal(task.signal.aborted, true);
  assert.equal(stage.told('progress').length, 1);
  assert.equal(errors.length, 1);
});

test('work that throws fails its task, and its error is the caller’s', async () => {
  const stage = new PacedStage();

  const running = stage.posthorn.tasks.run({}, () => Promise.reject(new Error('no model')));

  await assert.rejects(running, /no model/);
  assert.deepEqual(stage.told('fail'), [{ error: { message: 'no model' } }]);
});
