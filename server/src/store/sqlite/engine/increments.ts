import { widthMs } from '../../../core/stats/stats-width.ts';
import { VarintReader, VarintWriter } from '../../../core/stats/varints.ts';
import { Increment } from './increment.ts';

/** Whose increments; with endpoint 0 they are the tenant's own, as its events are. */
export type Counted = { readonly tenant: number; readonly endpoint: number };

/** Increments that are kept for reuse once they are empty. */
const spareMax = 1_024;

/**
 * What a transaction adds to the counters, gathered in memory so that a commit writes it once. Few
 * minutes of one subject meet in one commit; they hang in a chain.
 */
export class Increments {
  readonly #bySubject = new Map<number, Increment>();
  readonly #all: Increment[] = [];
  readonly #spare: Increment[] = [];
  readonly #writer = new VarintWriter();

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** Everything gathered. */
  get all(): readonly Increment[] {
    return this.#all;
  }

  /** What a subject adds to the minute of `at`, for the caller to add to. */
  of({ tenant, endpoint }: Counted, at: number): Increment {
    const minute = Math.floor(at / widthMs.minute);
    return this.#find(tenant, endpoint === 0 ? tenant : endpoint, minute);
  }

  /** Forgets everything: it was undone with its transaction. */
  clear(): void {
    for (const increment of this.#all) increment.clear();
    this.#release();
  }

  /** Takes out everything, for the journal; tenants and minutes as steps from the one before. */
  take(): Uint8Array {
    const writer = this.#writer;
    let tenant = 0;
    let minute = 0;
    for (const increment of this.#all) {
      writer.signed(increment.tenant - tenant);
      writer.whole(increment.subject);
      writer.signed(increment.minute - minute);
      increment.drainTo(writer);
      tenant = increment.tenant;
      minute = increment.minute;
    }
    this.#release();
    return writer.take();
  }

  /** Adds what {@link take} took out. */
  addBytes(bytes: Uint8Array): void {
    const reader = new VarintReader(bytes);
    let tenant = 0;
    let minute = 0;
    while (!reader.isAtEnd) {
      tenant += reader.signed();
      const subject = reader.whole();
      minute += reader.signed();
      this.#find(tenant, subject, minute).addFrom(reader);
    }
  }

  #find(tenant: number, subject: number, minute: number): Increment {
    const first = this.#bySubject.get(subject);
    let found = first;
    while (found !== undefined && found.minute !== minute) found = found.next;
    if (found !== undefined) return found;
    const made = this.#spare.pop() ?? new Increment();
    made.tenant = tenant;
    made.subject = subject;
    made.minute = minute;
    made.next = first;
    this.#bySubject.set(subject, made);
    this.#all.push(made);
    return made;
  }

  /** All are empty by now. */
  #release(): void {
    for (const increment of this.#all) {
      if (this.#spare.length === spareMax) break;
      increment.next = undefined;
      this.#spare.push(increment);
    }
    this.#all.length = 0;
    this.#bySubject.clear();
  }
}
