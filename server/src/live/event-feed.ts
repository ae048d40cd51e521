import type { Timers } from '../core/clock.ts';
import { AppError } from '../core/app-error.ts';
import type { Position, TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Emit } from '../core/signal.ts';
import type { EventsAfter, Finder } from '../store/finder.ts';
import { FeedReader } from './feed-reader.ts';
import type { FeedWish } from './feed-reader.ts';
import { Permits } from './permits.ts';

export type EventFeedDeps = {
  readonly finder: Pick<Finder, 'eventsAfter' | 'newestPosition'>;
  readonly timers: Timers;
  readonly emit: Emit;
};

/**
 * Events in the order of their commits, for readers that follow them. The store is read once for
 * all readers that are level with it, when something was committed, and now and then for what
 * other nodes did; a reader that is behind reads for itself. Nothing is read while nobody reads.
 */
export class EventFeed {
  readonly #deps: EventFeedDeps;
  readonly #readers = new Set<FeedReader>();
  readonly #reads = new Permits(limits.streamReads);
  #position: Position | null = null;
  #isReading = false;
  #isHinted = false;
  #isReleased = false;
  #poll: { cancel(): void } | null = null;

  constructor(deps: EventFeedDeps) {
    this.#deps = deps;
  }

  /** How many readers there are. */
  get count(): number {
    return this.#readers.size;
  }

  /** Something was committed on this node. */
  committed(): void {
    if (this.#readers.size === 0) return;
    this.#isHinted = true;
    void this.#read();
  }

  /**
   * Opens a reader; throws `too_many_streams`, or `cursor_too_old` when events after its position
   * are gone. The caller closes it.
   */
  async open(
    wish: Omit<FeedWish, 'after'> & { readonly after: Position | null },
  ): Promise<FeedReader> {
    if (this.#isReleased) throw new AppError('shutting_down');
    this.#assertRoom(wish.tenantId);
    const { finder, timers } = this.#deps;
    const newest = await finder.newestPosition();
    const after = wish.after ?? newest;
    if (after > newest) throw new AppError('cursor_mismatch', 'There is no such cursor.');
    const page = (query: Parameters<Finder['eventsAfter']>[0]): Promise<EventsAfter> =>
      this.#reads.with(() => finder.eventsAfter(query));
    const reader = new FeedReader(
      { ...wish, after },
      { page, timers, closed: () => this.#close(reader) },
    );
    if (wish.after !== null && wish.after > 0) await reader.assertKept();
    if (this.#isReleased) throw new AppError('shutting_down');
    // Others may have come in while the store was asked.
    this.#assertRoom(wish.tenantId);
    this.#readers.add(reader);
    reader.expectNext();
    this.#position ??= newest;
    this.committed();
    this.#poll ??= this.#pollLater();
    return reader;
  }

  /** Ends all readers, and lets nobody read from now on. */
  release(): void {
    this.#isReleased = true;
    for (const reader of this.#readers) reader.close();
  }

  #assertRoom(tenantId: TenantId | null): void {
    if (this.#readers.size >= limits.streams) throw new AppError('too_many_streams');
    if (tenantId === null || this.#readers.size < limits.streamsOfTenant) return;
    let count = 0;
    for (const reader of this.#readers) if (reader.tenantId === tenantId) count += 1;
    if (count < limits.streamsOfTenant) return;
    const detail = `A tenant may have ${limits.streamsOfTenant} open streams on one node.`;
    throw new AppError('too_many_streams', detail);
  }

  #close(reader: FeedReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.#position = null;
    this.#poll?.cancel();
    this.#poll = null;
  }

  #pollLater(): { cancel(): void } {
    return this.#deps.timers.after(limits.streamPollMs, () => {
      this.#poll = this.#pollLater();
      this.committed();
    });
  }

  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#isHinted && this.#position !== null) {
        this.#isHinted = false;
        await this.#readOn(this.#position);
      }
    } catch (cause) {
      this.#deps.emit({ signal: 'step_failed', step: 'stream', cause });
    } finally {
      this.#isReading = false;
    }
  }

  async #readOn(after: Position): Promise<void> {
    const { finder } = this.#deps;
    const [limit, bytes] = [limits.streamPageEvents, limits.streamPageBytes];
    const { events, position } = await finder.eventsAfter({ tenantId: null, after, limit, bytes });
    // Everybody has gone meanwhile, and whoever came since begins elsewhere.
    if (this.#position !== after) return;
    this.#position = position;
    if (events.length > 0) this.#isHinted = true;
    for (const reader of this.#readers) reader.offer({ after, events, position });
  }
}
