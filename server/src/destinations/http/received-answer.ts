import type { HeaderLines, ReceivedAnswer } from '../../core/attempt.ts';
import { limits } from '../../core/limits.ts';

/** Gathers an answer as it comes, and keeps no more of it than the log does. */
export class AnswerParts {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #readBytes = 0;

  constructor(status: number, headers: HeaderLines) {
    this.status = status;
    this.headers = headers;
  }

  /** Takes a piece of the body; false when no more of it is to be read. */
  add(chunk: Uint8Array): boolean {
    this.#readBytes += chunk.length;
    const room = limits.answerKeptBytes - this.#keptBytes;
    if (room > 0) {
      const kept = chunk.length <= room ? chunk : chunk.subarray(0, room);
      this.#kept.push(kept);
      this.#keptBytes += kept.length;
    }
    return this.#readBytes <= limits.answerReadBytes;
  }

  /** The first value of a header, by its lower-case name. */
  header(name: string): string | null {
    return this.headers.find(([each]) => each.toLowerCase() === name)?.[1] ?? null;
  }

  /** The answer for the log; its body owns its memory, so that it can be handed to a thread. */
  received(isComplete: boolean): ReceivedAnswer {
    const body = new Uint8Array(this.#keptBytes);
    let offset = 0;
    for (const piece of this.#kept) {
      body.set(piece, offset);
      offset += piece.length;
    }
    const isTruncated = !isComplete || this.#readBytes > this.#keptBytes;
    return { headers: this.headers, body, isTruncated };
  }
}

/** Header lines from undici's flat list of buffers or texts. */
export function headerLines(raw: unknown): HeaderLines {
  if (!Array.isArray(raw)) return [];
  const lines: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) lines.push([latin1(raw[i]), latin1(raw[i + 1])]);
  return lines;
}

/** How many bytes a head has at least. */
export function headBytes(headers: HeaderLines, reason: string): number {
  let bytes = reason.length;
  for (const [name, value] of headers) bytes += name.length + value.length + 4;
  return bytes;
}

function latin1(text: unknown): string {
  return Buffer.isBuffer(text) ? text.toString('latin1') : String(text);
}
