import { Buffer } from 'node:buffer';
import { nameEnd, spaceEnd, stringEnd, tokenEnd } from './json-token.ts';

const comma = 0x2c;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/**
 * Walks over JSON (RFC 8259), checking all of its grammar and making nothing of it. It never
 * recurses, so nesting costs a byte a level and cannot overflow the stack. Each step answers
 * whether the grammar held; when it did not, `at` is where it broke.
 */
export class JsonScanner {
  readonly bytes: Buffer;
  /** The next byte to be looked at. */
  at = 0;
  /** How deep the last {@link value} nested; 0 for a string, number or literal. */
  depth = 0;
  /** For each container that is open, the byte that closes it. */
  #closers = new Uint8Array(64);

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  isAtObject(): boolean {
    return this.bytes[this.at] === openObject;
  }

  isAtList(): boolean {
    return this.bytes[this.at] === openList;
  }

  isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  /** Steps over white space. */
  space(): void {
    this.at = spaceEnd(this.bytes, this.at);
  }

  /** Steps over one value of any kind, which begins here. */
  value(): boolean {
    const { bytes } = this;
    this.depth = 0;
    let at = this.at;
    let open = 0;
    do {
      const first = bytes[at];
      if (first === openObject || first === openList) {
        const closer = first === openObject ? closeObject : closeList;
        this.#open(open, closer);
        at = spaceEnd(bytes, at + 1);
        if (bytes[at] !== closer) {
          open += 1;
          if (first === openObject) at = nameEnd(bytes, at);
          continue;
        }
        at += 1;
      } else at = tokenEnd(bytes, at);
      while (open > 0 && at >= 0) {
        const closer = this.#closers[open - 1];
        const next = spaceEnd(bytes, at);
        if (bytes[next] === comma) {
          at = spaceEnd(bytes, next + 1);
          if (closer === closeObject) at = nameEnd(bytes, at);
          break;
        }
        open -= 1;
        at = bytes[next] === closer ? next + 1 : ~next;
      }
    } while (open > 0 && at >= 0);
    return this.#reach(at);
  }

  /**
   * Steps over one object, which begins here, member by member.
   *
   * @param step  steps over the value of the member named and answers whether the grammar held.
   */
  members(step: (name: string, nameAt: number) => boolean): boolean {
    if (!this.#take(openObject)) return false;
    if (this.#take(closeObject)) return true;
    do {
      this.space();
      const nameAt = this.at;
      if (!this.#reach(nameEnd(this.bytes, nameAt))) return false;
      if (!step(this.#textAt(nameAt), nameAt)) return false;
    } while (this.#take(comma));
    return this.#take(closeObject);
  }

  /** Steps over one list, which begins here, element by element; `step` as for {@link members}. */
  elements(step: () => boolean): boolean {
    if (!this.#take(openList)) return false;
    if (this.#take(closeList)) return true;
    do {
      this.space();
      if (!step()) return false;
    } while (this.#take(comma));
    return this.#take(closeList);
  }

  #open(open: number, closer: number): void {
    if (open === this.#closers.length) {
      const longer = new Uint8Array(open * 2);
      longer.set(this.#closers);
      this.#closers = longer;
    }
    this.#closers[open] = closer;
    if (this.depth <= open) this.depth = open + 1;
  }

  /** Steps over white space, then over the given byte, if it stands there. */
  #take(byte: number): boolean {
    this.space();
    if (this.bytes[this.at] !== byte) return false;
    this.at += 1;
    return true;
  }

  #reach(end: number): boolean {
    this.at = end < 0 ? ~end : end;
    return end >= 0;
  }

  #textAt(at: number): string {
    const text = this.bytes.toString('utf8', at + 1, stringEnd(this.bytes, at) - 1);
    return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
  }
}
