import type { StoredEvent } from '../../core/event.ts';
import type { Position } from '../../core/ids.ts';

/** Which events the sender thread holds, as the main thread decides it; least used go first. */
export class SentEvents {
  readonly #bytesMax: number;
  readonly #sizes = new Map<Position, number>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Notes a use; answers whether the event must be brought first. */
  use({ position, data }: StoredEvent): 'held' | 'new' {
    const size = this.#sizes.get(position);
    this.#sizes.delete(position);
    this.#sizes.set(position, size ?? data.byteLength);
    if (size !== undefined) return 'held';
    this.#bytes += data.byteLength;
    return 'new';
  }

  /** Takes out what is over the bound; the newest always stays. */
  trim(): Position[] {
    const forgotten: Position[] = [];
    for (const [position, size] of this.#sizes) {
      if (this.#bytes <= this.#bytesMax || this.#sizes.size === 1) break;
      this.#sizes.delete(position);
      this.#bytes -= size;
      forgotten.push(position);
    }
    return forgotten;
  }

  clear(): void {
    this.#sizes.clear();
    this.#bytes = 0;
  }
}
