import { Worker } from 'node:worker_threads';

import { writeDetail } from '../../core/attempt-detail.ts';
import type { Phases } from '../../core/attempt.ts';
import type { Clock, Timers } from '../../core/clock.ts';
import { BlockWriter } from '../../core/bytes-block.ts';
import { toEventRow } from '../../core/event-row.ts';
import type { AttemptId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { maskedUrl } from '../../core/masked-url.ts';
import type { Emit } from '../../core/signal.ts';
import type { Destination, SendOrder, SendResult } from '../../destinations/destination.ts';
import type { EndpointRef, FromSender, SenderSettings, ToSender } from './sender-protocol.ts';
import { fromResultRow, toOrderRow } from './sender-rows.ts';
import type { StoredEventRow } from './sender-rows.ts';
import { SentEndpoints } from './sent-endpoints.ts';
import { SentEvents } from './sent-events.ts';

/** The thread's heap, in MiB: events pass through it, little is kept. */
const senderHeap = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 48 };

export type SenderDeps = {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly emit?: Emit;
};

type Outstanding = {
  readonly order: SendOrder;
  readonly resolve: (result: SendResult) => void;
};

/**
 * A destination whose work is done in a thread of its own. Orders of one turn of the event loop
 * cross together; an event crosses once for all its endpoints. A thread that dies is started
 * again, and what it held ends as `sender_crashed`.
 */
export class SenderClient implements Destination {
  readonly #settings: SenderSettings;
  readonly #clock: Clock;
  readonly #outstanding = new Map<AttemptId, Outstanding>();
  readonly #sentEvents = new SentEvents(limits.senderCacheBytes);
  readonly #timers: Timers;
  readonly #emit: Emit;
  readonly #sentEndpoints = new SentEndpoints(limits.senderEndpoints);
  /** Null while a thread that died waits to be started again. */
  #worker: Worker | null = null;
  #startedAtMs = 0;
  #queued: SendOrder[] = [];
  #isClosing = false;

  constructor(settings: SenderSettings, { clock, timers, emit }: SenderDeps) {
    this.#settings = settings;
    this.#clock = clock;
    this.#timers = timers;
    this.#emit = emit ?? (() => undefined);
    this.#start();
  }

  send(order: SendOrder): Promise<SendResult> {
    return new Promise((resolve) => {
      this.#outstanding.set(order.attemptId, { order, resolve });
      if (this.#queued.push(order) === 1) queueMicrotask(() => this.#flush());
    });
  }

  cut(attemptIds?: readonly AttemptId[]): void {
    this.#flush();
    const message: ToSender = { kind: 'cut', attemptIds: attemptIds ?? null };
    this.#worker?.postMessage(message, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ kind: 'close' } satisfies ToSender, []);
    await ended;
  }

  #start(): void {
    const entry = new URL(
      `./sender-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
      import.meta.url,
    );
    const worker = new Worker(entry, {
      workerData: this.#settings,
      name: 'sender',
      resourceLimits: senderHeap,
    });
    worker.on('message', (message: FromSender) => this.#receive(message));
    worker.on('error', () => undefined);
    worker.on('exit', () => this.#died());
    this.#worker = worker;
    this.#startedAtMs = this.#clock.monotonicMs();
  }

  #died(): void {
    this.#worker = null;
    this.#sentEvents.clear();
    this.#sentEndpoints.clear();
    const waiting = new Set(this.#queued);
    const attemptCount = this.#outstanding.size - waiting.size;
    if (!this.#isClosing) this.#emit({ signal: 'sender_died', attemptCount });
    for (const { order, resolve } of [...this.#outstanding.values()]) {
      if (waiting.has(order)) continue;
      this.#outstanding.delete(order.attemptId);
      resolve(crashed(order, this.#clock));
    }
    if (!this.#isClosing) this.#startAgain();
  }

  /** A thread that dies as soon as it starts must not be started in a tight loop. */
  #startAgain(): void {
    const livedMs = this.#clock.monotonicMs() - this.#startedAtMs;
    this.#timers.after(livedMs < limits.senderLifeMs ? limits.senderLifeMs : 0, () => {
      if (this.#isClosing) return;
      this.#start();
      this.#flush();
    });
  }

  #receive({ results, block }: FromSender): void {
    for (const row of results) {
      const [attemptId] = row;
      const outstanding = this.#outstanding.get(attemptId);
      this.#outstanding.delete(attemptId);
      outstanding?.resolve(fromResultRow(row, block));
    }
  }

  #flush(): void {
    const queued = this.#queued;
    if (queued.length === 0 || this.#worker === null) return;
    this.#queued = [];
    const endpoints: [EndpointRef, SendOrder['endpoint']][] = [];
    const events: StoredEventRow[] = [];
    const written = new BlockWriter();
    const orders = queued.map((order) => {
      const { event, endpoint } = order;
      if (order.hasOwnData !== true && this.#sentEvents.use(event) === 'new') {
        events.push([event.position, toEventRow(event, written)]);
      }
      const { ref, isNew } = this.#sentEndpoints.use(endpoint);
      if (isNew) endpoints.push([ref, endpoint]);
      return toOrderRow(order, ref, written);
    });
    const forgetEvents = this.#sentEvents.trim();
    const forgetEndpoints = this.#sentEndpoints.trim();
    const block = written.finish();
    const brought = { endpoints, events, orders, forgetEvents, forgetEndpoints, block };
    const message: ToSender = { kind: 'orders', ...brought };
    this.#worker.postMessage(message, [block.buffer]);
  }
}

const noPhases: Phases = {
  queueMs: 0,
  dnsMs: null,
  connectMs: null,
  tlsMs: null,
  firstByteMs: null,
  bodyMs: null,
};

function crashed(order: SendOrder, clock: Clock): SendResult {
  return {
    outcome: { kind: 'sender_crashed' },
    latencyMs: Math.max(0, clock.now() - order.startedAt),
    detail: writeDetail({
      phases: { ...noPhases, queueMs: Math.max(0, order.startedAt - order.dueAt) },
      request: { url: maskedUrl(order.endpoint.url), headers: [] },
      answer: null,
    }),
    answerBody: null,
  };
}
