import { noCounts } from '../../../core/stats/counts.ts';
import type { Counts } from '../../../core/stats/counts.ts';
import { addWrittenCounts, writeCounts } from '../../../core/stats/counts-bytes.ts';
import { widthMs } from '../../../core/stats/stats-width.ts';
import { VarintReader, VarintWriter } from '../../../core/stats/varints.ts';

/** Whose increments; with endpoint 0 they are the tenant's own, as its events are. */
export type Counted = { readonly tenant: number; readonly endpoint: number };

/** What one subject, an endpoint or a tenant, adds to one minute. */
export type Increment = {
  readonly tenant: number;
  /** The key of the endpoint's or tenant's name. */
  readonly subject: number;
  /** Minutes since 1970. */
  readonly minute: number;
  readonly counts: Counts;
};

type Entry = Increment & { next: Entry | undefined };

/** Emptied entries' counts that are kept for reuse. */
const spareMax = 512;

/**
 * What a transaction adds to the counters, gathered in memory so that a commit writes it once. Few
 * minutes of one subject meet in one commit; they hang in a chain.
 */
export class Increments {
  readonly #bySubject = new Map<number, Entry>();
  readonly #spare: Counts[] = [];
  readonly #writer = new VarintWriter();

  get isEmpty(): boolean {
    return this.#bySubject.size === 0;
  }

  /** The counts of a subject in the minute of `at`, for the caller to add to. */
  of({ tenant, endpoint }: Counted, at: number): Counts {
    const minute = Math.floor(at / widthMs.minute);
    return this.#entry(tenant, endpoint === 0 ? tenant : endpoint, minute).counts;
  }

  /** Everything gathered. */
  *all(): Generator<Increment> {
    for (const first of this.#bySubject.values()) {
      for (let entry: Entry | undefined = first; entry !== undefined; entry = entry.next) {
        yield entry;
      }
    }
  }

  /** Forgets everything: it was written, or undone with its transaction. */
  clear(): void {
    for (const { counts } of this.all()) {
      if (this.#spare.length === spareMax) break;
      this.#spare.push(counts.fill(0));
    }
    this.#bySubject.clear();
  }

  /** Everything gathered, for the journal. */
  toBytes(): Uint8Array {
    const writer = this.#writer;
    for (const { tenant, subject, minute, counts } of this.all()) {
      writer.whole(tenant);
      writer.whole(subject);
      writer.whole(minute);
      writeCounts(writer, counts);
    }
    return writer.take();
  }

  /** Adds what {@link toBytes} wrote. */
  addBytes(bytes: Uint8Array): void {
    const reader = new VarintReader(bytes);
    while (!reader.isAtEnd) {
      const tenant = reader.whole();
      const subject = reader.whole();
      addWrittenCounts(this.#entry(tenant, subject, reader.whole()).counts, reader);
    }
  }

  #entry(tenant: number, subject: number, minute: number): Entry {
    const first = this.#bySubject.get(subject);
    let entry = first;
    while (entry !== undefined && entry.minute !== minute) entry = entry.next;
    if (entry !== undefined) return entry;
    const counts = this.#spare.pop() ?? noCounts();
    const made: Entry = { tenant, subject, minute, counts, next: first };
    this.#bySubject.set(subject, made);
    return made;
  }
}
