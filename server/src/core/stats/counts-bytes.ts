import type { Counts } from './counts.ts';
import { addToSlot, slotCount } from './counts.ts';
import type { VarintReader, VarintWriter } from './varints.ts';

/** Writes the slots that are not 0, each as its distance from the one before and its value. */
export function writeCounts(writer: VarintWriter, counts: Counts): void {
  let last = -1;
  for (let slot = 0; slot < slotCount; slot += 1) {
    const count = counts[slot] ?? 0;
    if (count === 0) continue;
    writer.whole(slot - last);
    writer.signed(count);
    last = slot;
  }
  writer.whole(end);
}

/** Adds to `sum` the counts that were written. */
export function addWrittenCounts(sum: Counts, reader: VarintReader): void {
  let slot = -1;
  for (let distance = reader.whole(); distance !== end; distance = reader.whole()) {
    slot += distance;
    addToSlot(sum, slot, reader.signed());
  }
}

/** No slot has this distance. */
const end = 0;
