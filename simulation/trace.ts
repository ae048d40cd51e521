import { createHash } from 'node:crypto';

const linesKept = 40;

/** Everything that happened, as one hash and the last lines. */
export class Trace {
  readonly #hash = createHash('sha256');
  #last: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(line: string): void {
    this.#hash.update(line);
    this.#hash.update('\n');
    this.#count += 1;
    this.#last.push(line);
    if (this.#last.length >= 2 * linesKept) this.#last = this.#last.slice(-linesKept);
  }

  /** The newest lines, oldest first. */
  get last(): readonly string[] {
    return this.#last.slice(-linesKept);
  }

  /** The hash over all lines; call once, at the end. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}
