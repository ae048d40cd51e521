import { Buffer } from 'node:buffer';

const headEnd = Buffer.from('\r\n\r\n');
const lengthLabel = 'content-length: ';
const anyLengthLabel = /content-length:\s*(\d+)/i;

/** One whole message: its head as text, and where its body lies in the bytes. */
export type Message = { head: string; bytes: Buffer; bodyStart: number; bodyEnd: number };

/**
 * Cuts a connection's bytes into HTTP/1.1 messages with a content length, requests or answers.
 *
 * Only as much HTTP as our own processes speak, so that measuring costs as little as it can.
 * The message it hands out is reused; a chunked one throws.
 */
export class MessageReader {
  readonly #onMessage: (message: Message) => void;
  readonly #message: Message = { head: '', bytes: Buffer.alloc(0), bodyStart: 0, bodyEnd: 0 };
  #held: Buffer[] = [];
  #heldLength = 0;
  /** How many bytes the message begun needs at least; saves joining pieces again and again. */
  #neededLength = 0;

  constructor(onMessage: (message: Message) => void) {
    this.#onMessage = onMessage;
  }

  /** Takes what arrived next. */
  take(chunk: Buffer): void {
    const bytes = this.#joined(chunk);
    if (bytes === null) return;
    let start = 0;
    while (start < bytes.length) {
      const end = this.#readFrom(bytes, start);
      if (end === null) return this.#hold(start === 0 ? bytes : bytes.subarray(start));
      start = end;
    }
  }

  #joined(chunk: Buffer): Buffer | null {
    if (this.#heldLength === 0) return chunk;
    this.#held.push(chunk);
    this.#heldLength += chunk.length;
    if (this.#heldLength < this.#neededLength) return null;
    const bytes = Buffer.concat(this.#held, this.#heldLength);
    this.#held = [];
    this.#heldLength = 0;
    return bytes;
  }

  #hold(rest: Buffer): void {
    this.#held = [rest];
    this.#heldLength = rest.length;
  }

  #readFrom(bytes: Buffer, start: number): number | null {
    this.#neededLength = 0;
    const headAt = bytes.indexOf(headEnd, start);
    if (headAt === -1) return null;
    const head = bytes.toString('latin1', start, headAt);
    const bodyStart = headAt + headEnd.length;
    const bodyEnd = bodyStart + bodyLength(head);
    if (bodyEnd > bytes.length) {
      this.#neededLength = bodyEnd - start;
      return null;
    }
    Object.assign(this.#message, { head, bytes, bodyStart, bodyEnd });
    this.#onMessage(this.#message);
    return bodyEnd;
  }
}

function bodyLength(head: string): number {
  const at = head.indexOf(lengthLabel);
  if (at !== -1) return Number.parseInt(head.slice(at + lengthLabel.length), 10);
  const found = anyLengthLabel.exec(head)?.[1];
  if (found !== undefined) return Number(found);
  if (/transfer-encoding/i.test(head)) throw new Error(`a message without a length: ${head}`);
  return 0;
}
