import { Worker } from 'node:worker_threads';

import { writeDetail } from '../../core/attempt-detail.ts';
import type { Phases } from '../../core/attempt.ts';
import type { Clock } from '../../core/clock.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { AttemptId, EndpointId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { Destination, SendOrder, SendResult } from '../../destinations/destination.ts';
import type { FromSender, SenderSettings, ToSender, WireEvent } from './sender-protocol.ts';
import { SentEvents } from './sent-events.ts';

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
  readonly #sentEndpoints = new Map<EndpointId, number>();
  #worker: Worker;
  #queued: SendOrder[] = [];
  #isClosing = false;

  constructor(settings: SenderSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#worker = this.#start();
  }

  send(order: SendOrder): Promise<SendResult> {
    return new Promise((resolve) => {
      this.#outstanding.set(order.attemptId, { order, resolve });
      if (this.#queued.push(order) === 1) queueMicrotask(() => this.#flush());
    });
  }

  cut(attemptIds?: readonly AttemptId[]): void {
    this.#flush();
    this.#post({ kind: 'cut', attemptIds: attemptIds ?? null }, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    const ended = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    this.#post({ kind: 'close' }, []);
    await ended;
  }

  #start(): Worker {
    const entry = new URL(
      `./sender-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
      import.meta.url,
    );
    const worker = new Worker(entry, { workerData: this.#settings, name: 'sender' });
    worker.on('message', (message: FromSender) => this.#receive(message));
    worker.on('error', () => undefined);
    worker.on('exit', () => this.#restart(worker));
    return worker;
  }

  #restart(worker: Worker): void {
    if (worker !== this.#worker) return;
    this.#sentEvents.clear();
    this.#sentEndpoints.clear();
    const held = [...this.#outstanding.values()].filter(
      ({ order }) => !this.#queued.includes(order),
    );
    if (!this.#isClosing) this.#worker = this.#start();
    for (const { order, resolve } of held) {
      this.#outstanding.delete(order.attemptId);
      resolve(crashed(order, this.#clock));
    }
  }

  #receive({ results }: FromSender): void {
    for (const { attemptId, result } of results) {
      const outstanding = this.#outstanding.get(attemptId);
      this.#outstanding.delete(attemptId);
      outstanding?.resolve(result);
    }
  }

  #flush(): void {
    const queued = this.#queued;
    if (queued.length === 0) return;
    this.#queued = [];
    const endpoints = new Map<EndpointId, { endpoint: SendOrder['endpoint']; version: number }>();
    const fresh: StoredEvent[] = [];
    const orders = queued.map((order) => {
      const { event, endpoint, ...rest } = order;
      if (this.#sentEvents.use(event) === 'new') fresh.push(event);
      if (this.#sentEndpoints.get(endpoint.id) !== order.endpointVersion) {
        this.#sentEndpoints.set(endpoint.id, order.endpointVersion);
        endpoints.set(endpoint.id, { endpoint, version: order.endpointVersion });
      }
      return { ...rest, eventPosition: event.position, endpointId: endpoint.id };
    });
    const { events, bytes } = pack(fresh);
    const forget = this.#sentEvents.trim();
    const message = { kind: 'orders', endpoints: [...endpoints.values()], events, bytes } as const;
    this.#post({ ...message, orders, forget }, [bytes.buffer as ArrayBuffer]);
  }

  #post(message: ToSender, transfer: ArrayBuffer[]): void {
    this.#worker.postMessage(message, transfer);
  }
}

/** Lays the payloads end to end in one block, which crosses without being copied again. */
function pack(from: readonly StoredEvent[]): { events: WireEvent[]; bytes: Uint8Array } {
  const total = from.reduce((sum, each) => sum + each.data.byteLength, 0);
  const bytes = new Uint8Array(total);
  let at = 0;
  const events = from.map(({ data, ...event }) => {
    bytes.set(data, at);
    at += data.byteLength;
    return { ...event, from: at - data.byteLength, byteLength: data.byteLength };
  });
  return { events, bytes };
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
      request: { url: order.endpoint.url, headers: [] },
      answer: null,
    }),
    answerBody: null,
  };
}
