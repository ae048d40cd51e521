import type { Counts } from './counts.ts';
import { addToSlot, slotCount } from './counts.ts';
import type { VarintReader, VarintWriter } from './varints.ts';

/** Writes the slots that are not 0: how many, then each as its distance from the last and value. */
export function writeCounts(writer: VarintWriter, counts: Counts): void {
  let used = 0;
  for (let slot = 0; slot < slotCount; slot += 1) if (counts[slot] !== 0) used += 1;
  writer.whole(used);
  let last = 0;
  for (let slot = 0; used > 0; slot += 1) {
    const count = counts[slot] ?? 0;
    if (count === 0) continue;
    writer.whole(slot - last);
    writer.signed(count);
    last = slot;
    used -= 1;
  }
}

/** Adds to `sum` the counts that were written. */
export function addWrittenCounts(sum: Counts, reader: VarintReader): void {
  let slot = 0;
  for (let left = reader.whole(); left > 0; left -= 1) {
    slot += reader.whole();
    addToSlot(sum, slot, reader.signed());
  }
}
