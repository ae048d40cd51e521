import type { StoredEvent } from '../core/event.ts';
import type { Position, TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Queue } from '../store/queue.ts';

type Waiting = {
  readonly tenantId: TenantId;
  readonly position: Position;
  readonly promise: Promise<StoredEvent | null>;
  readonly resolve: (event: StoredEvent | null) => void;
  readonly reject: (cause: unknown) => void;
};

/** What one event costs beside its payload, roughly. */
const eventOverheadBytes = 512;

/**
 * Events by position, newest use last, bounded by bytes. What is not here is read from the store:
 * reads asked for in one turn of the event loop go together, and one position is read once.
 */
export class PayloadCache {
  readonly #queue: Pick<Queue, 'readEvents'>;
  readonly #bytesMax: number;
  readonly #events = new Map<Position, StoredEvent>();
  readonly #waiting = new Map<Position, Waiting>();
  #toRead: Waiting[] = [];
  #bytes = 0;

  constructor(queue: Pick<Queue, 'readEvents'>, bytesMax: number = limits.payloadCacheBytes) {
    this.#queue = queue;
    this.#bytesMax = bytesMax;
  }

  /** Bytes held at present; at most the bound, or one event larger than it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps an event that is about to be needed. */
  put(event: StoredEvent): void {
    if (this.#events.has(event.position)) return;
    this.#events.set(event.position, event);
    this.#bytes += costOf(event);
    this.#trim();
  }

  /** The event, at once when it is here; null when the store has none at this position. */
  get(tenantId: TenantId, position: Position): StoredEvent | Promise<StoredEvent | null> {
    const event = this.#events.get(position);
    if (event === undefined) return this.#read(tenantId, position);
    this.#events.delete(position);
    this.#events.set(position, event);
    return event;
  }

  #read(tenantId: TenantId, position: Position): Promise<StoredEvent | null> {
    const before = this.#waiting.get(position);
    if (before !== undefined) return before.promise;
    const waiting = { tenantId, position, ...Promise.withResolvers<StoredEvent | null>() };
    this.#waiting.set(position, waiting);
    if (this.#toRead.push(waiting) === 1) queueMicrotask(() => this.#readAll());
    return waiting.promise;
  }

  #readAll(): void {
    const toRead = this.#toRead;
    this.#toRead = [];
    for (const [tenantId, ofTenant] of Map.groupBy(toRead, (each) => each.tenantId)) {
      for (let from = 0; from < ofTenant.length; from += limits.payloadsPerRead) {
        void this.#readSome(tenantId, ofTenant.slice(from, from + limits.payloadsPerRead));
      }
    }
  }

  async #readSome(tenantId: TenantId, some: readonly Waiting[]): Promise<void> {
    try {
      const positions = some.map((each) => each.position);
      const events = await this.#queue.readEvents({ tenantId, positions });
      const found = new Map(events.map((event) => [event.position, event]));
      for (const each of some) this.#settle(each, found.get(each.position) ?? null);
    } catch (cause) {
      for (const each of some) {
        this.#waiting.delete(each.position);
        each.reject(cause);
      }
    }
  }

  #settle(waiting: Waiting, event: StoredEvent | null): void {
    this.#waiting.delete(waiting.position);
    if (event !== null) this.put(event);
    waiting.resolve(event);
  }

  #trim(): void {
    for (const [position, event] of this.#events) {
      if (this.#bytes <= this.#bytesMax || this.#events.size === 1) return;
      this.#events.delete(position);
      this.#bytes -= costOf(event);
    }
  }
}

function costOf(event: StoredEvent): number {
  return event.data.byteLength + eventOverheadBytes;
}
