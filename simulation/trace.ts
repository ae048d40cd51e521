import { createHash } from 'node:crypto';

const linesKept = 40;

/** Everything that happened, as one hash and the last lines. */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly #show: ((line: string) => void) | null;
  #last: string[] = [];

  /** @param show  is given each line as well. */
  constructor(show: ((line: string) => void) | null = null) {
    this.#show = show;
  }

  add(line: string): void {
    this.#hash.update(line);
    this.#hash.update('\n');
    this.#show?.(line);
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
