/** Writes whole numbers in as few bytes as they need, seven bits a byte. */
export class VarintWriter {
  #bytes = new Uint8Array(1_024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A whole number that is not negative, below 2^53. */
  whole(value: number): void {
    if (this.#length + longest > this.#bytes.length) this.#grow();
    let left = value;
    while (left >= 128) {
      this.#bytes[this.#length] = (left % 128) + 128;
      this.#length += 1;
      left = Math.floor(left / 128);
    }
    this.#bytes[this.#length] = left;
    this.#length += 1;
  }

  /** A whole number of either sign, between -2^52 and 2^52. */
  signed(value: number): void {
    this.whole(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** A copy of what was written; the writer begins anew. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.#bytes.length);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what a {@link VarintWriter} wrote. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  whole(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new RangeError('the bytes end within a number');
      this.#at += 1;
      if (byte < 128) return value + byte * unit;
      value += (byte - 128) * unit;
    }
  }

  signed(): number {
    const value = this.whole();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** Bytes that a number below 2^53 needs at most. */
const longest = 8;
