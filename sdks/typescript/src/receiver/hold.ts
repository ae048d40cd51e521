import { markText, readMark } from './mark.ts';
import type { Mark } from './mark.ts';
import type { SeenStore } from './seen-store.ts';

/** How long a mark lasts, and what the time is. */
export type HoldTimes = {
  /** How long a process that has died still counts as at work. */
  readonly leaseMs: number;
  /** How long an event that was processed is remembered. */
  readonly ttlMs: number;
  readonly now: () => number;
};

/** A handler that runs longer than this has lost its hold: it hangs. */
const renewalsMs = 900_000;

/** The mark of an event in flight: renewed while its handler runs, it ends with its process. */
export class Hold {
  readonly #store: SeenStore;
  readonly #key: string;
  readonly #times: HoldTimes;
  readonly #by = crypto.randomUUID();
  #renewal: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #since = 0;

  constructor(store: SeenStore, key: string, times: HoldTimes) {
    this.#store = store;
    this.#key = key;
    this.#times = times;
  }

  /** Takes a key that nobody holds and that was not processed. */
  async take(): Promise<boolean> {
    const { leaseMs } = this.#times;
    const isTaken = await this.#store.setIfAbsent(this.#key, markText(this.#mark()), leaseMs);
    if (isTaken) this.#begin();
    return isTaken;
  }

  /** Takes the key of a processed event, for a replay. */
  async takeOver(): Promise<void> {
    await this.#store.set(this.#key, markText(this.#mark()), this.#times.leaseMs);
    this.#begin();
  }

  /** Ends the hold: the event was processed. */
  async finish(mark: Mark): Promise<void> {
    await this.#stop();
    await this.#store.set(this.#key, markText(mark), this.#times.ttlMs);
  }

  /** Ends the hold as if the event had not come; `before` is what was remembered then. */
  async release(before: Mark | null): Promise<void> {
    await this.#stop();
    if (!(await this.#isOurs())) return;
    if (before === null) await this.#store.delete(this.#key);
    else await this.#store.set(this.#key, markText(before), this.#times.ttlMs);
  }

  #mark(): Mark {
    const { leaseMs, now } = this.#times;
    return { is: 'in_flight', by: this.#by, endsAt: now() + leaseMs };
  }

  #begin(): void {
    this.#since = this.#times.now();
    this.#renewLater();
  }

  #renewLater(): void {
    this.#timer = setTimeout(() => {
      this.#renewal = this.#renew().catch(() => {
        // The store is away for a moment; the lease has time for two more tries.
      });
    }, this.#times.leaseMs / 3);
    // A process may end although a renewal is ahead; elsewhere than in Node it is a number.
    (this.#timer as unknown as { unref?: () => void }).unref?.();
  }

  async #renew(): Promise<void> {
    if (this.#times.now() - this.#since > renewalsMs) return;
    this.#renewLater();
    if (!(await this.#isOurs())) return;
    await this.#store.set(this.#key, markText(this.#mark()), this.#times.leaseMs);
  }

  /** A renewal on its way must not overwrite what comes after it. */
  async #stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#renewal;
    clearTimeout(this.#timer);
  }

  async #isOurs(): Promise<boolean> {
    const text = await this.#store.get(this.#key);
    if (text === null) return true;
    const mark = readMark(text);
    return mark.is === 'in_flight' && mark.by === this.#by;
  }
}
