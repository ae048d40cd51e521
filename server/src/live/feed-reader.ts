import { AppError } from '../core/app-error.ts';
import type { Timers } from '../core/clock.ts';
import type { StoredEvent } from '../core/event.ts';
import type { Position, TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { EventsAfter, Finder } from '../store/finder.ts';

/** What a reader wants to see. */
export type FeedWish = {
  /** Null for every tenant. */
  readonly tenantId: TenantId | null;
  /** Only what comes after it. */
  readonly after: Position;
  readonly wants: (event: StoredEvent) => boolean;
  /** Leaves only the history of one task; its events have its id as their key. */
  readonly taskId?: string;
};

/** All events between two positions. */
export type FeedSpan = {
  readonly after: Position;
  readonly events: readonly StoredEvent[];
  readonly position: Position;
};

type Deps = {
  readonly page: (query: Parameters<Finder['eventsAfter']>[0]) => Promise<EventsAfter>;
  readonly timers: Timers;
  readonly closed: () => void;
};

/**
 * One reader of the feed: it is asked for more and never pushed. What comes while it is not asked
 * waits in a short queue; past that it is behind, and reads from the store what it has not told.
 * So it misses nothing, tells nothing twice, and holds no more than the queue, however slow it is.
 */
export class FeedReader {
  readonly #wish: FeedWish;
  readonly #deps: Deps;
  /** Everything up to here was told. */
  #position: Position;
  /** Whether the queue holds all that came after that. */
  #isLevel = false;
  #queue: StoredEvent[] = [];
  #queueBytes = 0;
  #queuedTo: Position;
  /** The feed knows of events up to here that may be wanted. */
  #offeredTo: Position;
  #isClosed = false;
  #wake: (() => void) | null = null;
  #stall: { cancel(): void } | null = null;
  readonly #cutOff = new AbortController();

  constructor(wish: FeedWish, deps: Deps) {
    this.#wish = wish;
    this.#deps = deps;
    this.#position = wish.after;
    this.#queuedTo = wish.after;
    this.#offeredTo = wish.after;
  }

  /** Whose events it tells; null for those of every tenant. */
  get tenantId(): TenantId | null {
    return this.#wish.tenantId;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Aborted when it was asked for no more in time. */
  get cutOff(): AbortSignal {
    return this.#cutOff.signal;
  }

  /** Where to go on from after all that was told. */
  get position(): Position {
    return this.#position;
  }

  /** Throws `cursor_too_old` when retention has removed what comes next. */
  async assertKept(): Promise<void> {
    const { isTooOld } = await this.#page(1);
    if (isTooOld) throw new AppError('cursor_too_old');
  }

  /** Takes in what the feed has read. */
  offer(span: FeedSpan): void {
    if (this.#isClosed || span.position <= this.#queuedTo) return;
    const { taskId } = this.#wish;
    const news = span.events.filter((each) => each.position > this.#queuedTo && this.#fits(each));
    // Who follows one task reads it from the store, where alone its history is known.
    if (taskId !== undefined && news.length === 0) return;
    this.#offeredTo = span.position;
    const isLevel = this.#isLevel && taskId === undefined && span.after <= this.#queuedTo;
    if (!isLevel || !this.#enqueue(news)) return this.#fallBehind();
    this.#queuedTo = span.position;
    if (this.#queue.length === 0) this.#position = span.position;
    else this.#wake?.();
  }

  /** More events in order; none once `waitMs` are over, or once it is closed. */
  async next(waitMs: number): Promise<readonly StoredEvent[]> {
    this.#stall?.cancel();
    let isOver = false;
    const deadline = this.#deps.timers.after(waitMs, () => {
      isOver = true;
      this.#wake?.();
    });
    try {
      while (!this.#isClosed) {
        const found = this.#isLevel ? this.#takeQueue() : await this.#readOn();
        if (found.length > 0 || isOver) return found;
        if (this.#isLevel) await this.#woken();
      }
      return [];
    } finally {
      deadline.cancel();
      if (!this.#isClosed) this.expectNext();
    }
  }

  /** From now on it is cut off, unless it is asked for more in time. */
  expectNext(): void {
    this.#stall = this.#deps.timers.after(limits.streamStallMs, () => {
      this.close();
      this.#cutOff.abort();
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stall?.cancel();
    this.#queue = [];
    this.#wake?.();
    this.#deps.closed();
  }

  /** Answers whether there was room. */
  #enqueue(news: readonly StoredEvent[]): boolean {
    const bytes = news.reduce((sum, { data }) => sum + data.byteLength, this.#queueBytes);
    const count = this.#queue.length + news.length;
    if (count > limits.streamQueueEvents || bytes > limits.streamQueueBytes) return false;
    this.#queue.push(...news);
    this.#queueBytes = bytes;
    return true;
  }

  /** Lets go of what waits: the store has it. */
  #fallBehind(): void {
    this.#isLevel = false;
    this.#queue = [];
    this.#queueBytes = 0;
    this.#queuedTo = this.#position;
    this.#wake?.();
  }

  #takeQueue(): readonly StoredEvent[] {
    const taken = this.#queue;
    this.#queue = [];
    this.#queueBytes = 0;
    this.#position = this.#queuedTo;
    return taken;
  }

  /** One page from the store; level when that is all there is, and all that was offered. */
  async #readOn(): Promise<readonly StoredEvent[]> {
    const isFromOldest = this.#position === 0;
    const { events, position, isTooOld } = await this.#page(limits.streamPageEvents);
    if (isTooOld && !isFromOldest) this.close();
    if (this.#isClosed) return [];
    const last = events.at(-1)?.position ?? this.#position;
    const isEnd = events.length === 0 || position > last;
    this.#position = position;
    this.#queuedTo = position;
    this.#isLevel = isEnd && position >= this.#offeredTo;
    return events.filter((each) => this.#fits(each));
  }

  #page(limit: number): Promise<EventsAfter> {
    const { tenantId, taskId } = this.#wish;
    const subject = taskId === undefined ? {} : { subject: { kind: 'task', id: taskId } as const };
    const after = this.#position;
    return this.#deps.page({ tenantId, after, limit, bytes: limits.streamPageBytes, ...subject });
  }

  #fits(event: StoredEvent): boolean {
    const { tenantId, taskId, wants } = this.#wish;
    if (tenantId !== null && event.tenantId !== tenantId) return false;
    return (taskId === undefined || event.key === taskId) && wants(event);
  }

  async #woken(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = null;
  }
}
