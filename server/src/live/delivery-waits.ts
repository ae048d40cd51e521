import type { Timers } from '../core/clock.ts';
import type { EventId, TenantId } from '../core/ids.ts';
import type { Finder } from '../store/finder.ts';
import { Waiters } from './waiters.ts';

/** What came of waiting: `refused` when too many wait already, or the server is on its way down. */
export type WaitOutcome = 'ended' | 'time_over' | 'refused';

type Wait = { readonly tenantId: TenantId; readonly eventId: EventId; readonly waitMs: number };

/** Whoever waits for every delivery of an event to end; one that ended on this node is a hint. */
export class DeliveryWaits {
  readonly #finder: Pick<Finder, 'deliveries'>;
  readonly #waiters: Waiters<null>;

  constructor({ finder, timers }: { finder: Pick<Finder, 'deliveries'>; timers: Timers }) {
    this.#finder = finder;
    this.#waiters = new Waiters(timers);
  }

  /** How many wait. */
  get count(): number {
    return this.#waiters.count;
  }

  /** Tells that a delivery of this event has ended. */
  ended(eventId: EventId): void {
    this.#waiters.hint(eventId, () => true);
  }

  /** Ends all waiting; from now on nobody waits. */
  release(): void {
    this.#waiters.release();
  }

  /** Waits at most `waitMs`, which is bounded by `limits.waitMs`. */
  async wait(query: Wait): Promise<WaitOutcome> {
    if (this.#waiters.isFull) return 'refused';
    const { eventId, waitMs } = query;
    return this.#waiters.wait({ name: eventId, wish: null, waitMs }, async () => {
      const isAsked = !(await this.#owes(query));
      return { isAsked, answer: isAsked ? 'ended' : 'time_over' };
    });
  }

  async #owes({ tenantId, eventId }: Wait): Promise<boolean> {
    const filter = { tenantId, eventId, state: 'pending' } as const;
    const { rows } = await this.#finder.deliveries(filter, { before: null, limit: 1 });
    return rows.length > 0;
  }
}
