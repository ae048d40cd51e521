/** Where bytes lie in the block that goes with a message. */
export type Span = readonly [from: number, length: number];

/**
 * One block for all payloads of a message, which goes over to the other thread instead of being
 * copied. A payload is often a small view of a large buffer, and a message would carry all of it.
 */
export class BlockWriter {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  /** Notes bytes for the block. */
  add(bytes: Uint8Array): Span {
    const from = this.#length;
    this.#pieces.push(bytes);
    this.#length += bytes.byteLength;
    return [from, bytes.byteLength];
  }

  /** The block with everything that was added, in a buffer of its own. */
  finish(): Uint8Array<ArrayBuffer> {
    const block = new Uint8Array(new ArrayBuffer(this.#length));
    let at = 0;
    for (const piece of this.#pieces) {
      block.set(piece, at);
      at += piece.byteLength;
    }
    return block;
  }
}

/** The bytes of a span, as a view of the block. */
export function spanOf(block: Uint8Array, [from, length]: Span): Uint8Array {
  return block.subarray(from, from + length);
}
