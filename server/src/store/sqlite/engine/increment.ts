import { addToSlot, noCounts } from '../../../core/stats/counts.ts';
import type { Counts } from '../../../core/stats/counts.ts';
import type { VarintReader, VarintWriter } from '../../../core/stats/varints.ts';

/** What one subject, an endpoint or a tenant, adds to one minute. */
export class Increment {
  tenant = 0;
  /** The key of the endpoint's or tenant's name. */
  subject = 0;
  /** Minutes since 1970. */
  minute = 0;
  /** The same subject in another minute. */
  next: Increment | undefined = undefined;
  readonly counts: Counts = noCounts();
  /** Slots that may not be 0: few, so that writing and emptying look at no others. */
  readonly #used: number[] = [];

  add(slot: number, by: number): void {
    if (this.counts[slot] === 0) this.#used.push(slot);
    addToSlot(this.counts, slot, by);
  }

  clear(): void {
    for (const slot of this.#used) this.counts[slot] = 0;
    this.#used.length = 0;
  }

  /** Writes what was added, and empties itself: a slot that is named twice is then 0. */
  drainTo(writer: VarintWriter): void {
    writer.whole(this.#used.length);
    for (const slot of this.#used) {
      writer.whole(slot);
      writer.signed(this.counts[slot] ?? 0);
      this.counts[slot] = 0;
    }
    this.#used.length = 0;
  }

  /** Adds what {@link drainTo} wrote. */
  addFrom(reader: VarintReader): void {
    for (let left = reader.whole(); left > 0; left -= 1) {
      const slot = reader.whole();
      this.add(slot, reader.signed());
    }
  }
}
