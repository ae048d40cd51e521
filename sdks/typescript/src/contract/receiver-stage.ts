import assert from 'node:assert/strict';
import type { Answer } from '../receiver/answer.ts';
import { createHandler } from '../receiver/create-handler.ts';
import type { HandlerOptions, WebhookHandler } from '../receiver/create-handler.ts';
import { RejectEvent, RetryLater } from '../receiver/handler-errors.ts';
import { MemorySeenStore } from '../receiver/memory-seen-store.ts';
import type { SeenStore } from '../receiver/seen-store.ts';
import { webhook } from '../signing/webhook.ts';

type Expected = {
  status: number;
  ran: boolean;
  says?: string;
  body?: unknown;
  code?: string;
  retryAfter?: number;
};
type Deliver = {
  do: 'deliver';
  at: number;
  handler: 'returns' | 'throws' | 'rejects' | 'retriesLater' | 'hangs' | 'crashes';
  value?: unknown;
  afterMs?: number;
  as?: string;
  id?: string;
  type?: string;
  attempt?: number;
  replay?: boolean;
  signedAt?: number;
  secret?: string;
  store?: 'fails';
  expect?: Expected;
};

/** A step of a case of the conformance file. */
export type Step = Deliver | { do: 'finish'; at: number; as: string; expect: Expected };

type Options = Pick<HandlerOptions, 'ttlMs' | 'leaseMs' | 'onReplay'>;
type Hanging = { readonly answered: Promise<Answer>; finish(): void };

/** A receiver whose clock, handler and store do what the steps of a case say. */
export class ReceiverStage {
  readonly #secret: string;
  readonly #start: number;
  readonly #options: Options;
  readonly #memory: MemorySeenStore;
  readonly #hanging = new Map<string, Hanging>();
  #at = 0;
  #step: Deliver | null = null;
  #ranCount = 0;
  #release: (() => void) | null = null;
  #receiver: WebhookHandler;

  constructor({ secret, start, options }: { secret: string; start: number; options: Options }) {
    this.#secret = secret;
    this.#start = start;
    this.#options = options;
    this.#memory = new MemorySeenStore({ now: () => this.#now() });
    this.#receiver = this.#open();
  }

  async take(step: Step): Promise<void> {
    this.#at = step.at;
    if (step.do === 'finish') {
      const hanging = this.#hanging.get(step.as);
      assert.ok(hanging);
      hanging.finish();
      expectAnswer(await hanging.answered, step.expect);
      return;
    }
    const ranBefore = this.#ranCount;
    this.#step = step;
    const answered = this.#deliver(step);
    if (step.handler === 'hangs' || step.handler === 'crashes') return this.#leave(step, answered);
    const { expect } = step;
    assert.ok(expect);
    expectAnswer(await answered, expect);
    assert.equal(this.#ranCount > ranBefore, expect.ran, 'whether the handler ran');
  }

  /** Until its handler runs, the store may still be asked. */
  async #leave(step: Deliver, answered: Promise<Answer>): Promise<void> {
    while (this.#release === null) await new Promise((turn) => setImmediate(turn));
    const finish = this.#release;
    this.#release = null;
    if (step.as !== undefined) this.#hanging.set(step.as, { answered, finish });
    if (step.handler === 'crashes') this.#receiver = this.#open();
  }

  async #deliver(step: Deliver): Promise<Answer> {
    const type = step.type ?? 'test.event';
    const timestamp = new Date(this.#start * 1_000).toISOString();
    const body = JSON.stringify({ type, timestamp, data: { n: 1 } });
    const signedAt = this.#start + (step.signedAt ?? step.at);
    const signed = await webhook.sign(body, step.secret ?? this.#secret, {
      ...{ id: step.id ?? 'evt_1', now: signedAt * 1_000 },
    });
    const replay = step.replay === true ? { 'posthorn-replay': 'true' } : {};
    const headers = { ...signed, ...replay, 'posthorn-attempt': String(step.attempt ?? 1) };
    return this.#receiver.receive({ headers, body });
  }

  /** What a receiver that has crashed asks of its store is never answered. */
  #open(): WebhookHandler {
    return createHandler({
      ...this.#options,
      secret: this.#secret,
      store: this.#store(),
      now: () => this.#now(),
      on: { 'test.event': () => this.#handle() },
      onError: () => {
        // Expected here: the answer says what went wrong.
      },
    });
  }

  #store(): SeenStore {
    const memory = this.#memory;
    const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
      if (this.#step?.store === 'fails') throw new Error('the store is away');
      return ask();
    };
    return {
      setIfAbsent: (key, value, ttlMs) => asked(() => memory.setIfAbsent(key, value, ttlMs)),
      get: (key) => asked(() => memory.get(key)),
      set: (key, value, ttlMs) => asked(() => memory.set(key, value, ttlMs)),
      delete: (key) => asked(() => memory.delete(key)),
    };
  }

  #handle(): unknown {
    this.#ranCount += 1;
    const step = this.#step;
    switch (step?.handler) {
      case 'throws':
        throw new Error('no');
      case 'rejects':
        throw new RejectEvent('never');
      case 'retriesLater':
        throw new RetryLater(step.afterMs ?? 0);
      case 'hangs':
      case 'crashes':
        return new Promise<void>((resolve) => (this.#release = resolve));
      case 'returns':
      case undefined:
    }
    return step?.value;
  }

  #now(): number {
    return (this.#start + this.#at) * 1_000;
  }
}

function expectAnswer({ status, headers, body }: Answer, expected: Expected): void {
  assert.equal(status, expected.status, body);
  const said = JSON.parse(body) as { status?: string; code?: string };
  if (expected.body !== undefined) assert.deepEqual(said, expected.body);
  if (expected.says !== undefined) assert.equal(said.status, expected.says);
  if (expected.code !== undefined) assert.equal(said.code, expected.code);
  const retryAfter = expected.retryAfter === undefined ? undefined : String(expected.retryAfter);
  assert.equal(headers['retry-after'], retryAfter);
}
