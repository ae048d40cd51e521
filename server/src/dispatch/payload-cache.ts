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

type Kept = { readonly event: StoredEvent; usesLeft: number };

/** What one event costs beside its payload, roughly. */
const eventOverheadBytes = 1_024;

/**
 * Events by position, newest use last, bounded by bytes. One that was put is let go when it has
 * been taken as often as was said, so that a busy node keeps little. What is not here is read from
 * the store: reads of one turn of the event loop go together, and one position is read once.
 */
export class PayloadCache {
  readonly #queue: Pick<Queue, 'readEvents'>;
  readonly #bytesMax: number;
  readonly #kept = new Map<Position, Kept>();
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

  /** Keeps an event that is about to be taken `uses` times. */
  put(event: StoredEvent, uses: number): void {
    if (uses === 0 || this.#kept.has(event.position)) return;
    this.#keep(event, uses);
  }

  /** The event, at once when it is here; null when the store has none at this position. */
  take(tenantId: TenantId, position: Position): StoredEvent | Promise<StoredEvent | null> {
    const kept = this.#kept.get(position);
    if (kept === undefined) return this.#read(tenantId, position);
    this.#use(position, kept);
    return kept.event;
  }

  /** One that was said to take the event will not. */
  release(position: Position): void {
    const kept = this.#kept.get(position);
    if (kept !== undefined) this.#use(position, kept);
  }

  #use(position: Position, kept: Kept): void {
    this.#kept.delete(position);
    kept.usesLeft -= 1;
    if (kept.usesLeft === 0) this.#bytes -= costOf(kept.event);
    else this.#kept.set(position, kept);
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
    // Nobody said how often it will be needed: its other endpoints may be about to ask.
    if (event !== null) this.#keep(event, Number.POSITIVE_INFINITY);
    waiting.resolve(event);
  }

  #keep(event: StoredEvent, usesLeft: number): void {
    this.#kept.set(event.position, { event, usesLeft });
    this.#bytes += costOf(event);
    for (const [position, kept] of this.#kept) {
      if (this.#bytes <= this.#bytesMax || this.#kept.size === 1) return;
      this.#kept.delete(position);
      this.#bytes -= costOf(kept.event);
    }
  }
}

function costOf(event: StoredEvent): number {
  return event.data.byteLength + eventOverheadBytes;
}
