/** How to take back what was changed, newest first; it stands in for a write-ahead log. */
export class Journal {
  #undo: (() => void)[] = [];

  /** A place to roll back to. */
  get mark(): number {
    return this.#undo.length;
  }

  /** Notes how to take back a change that was just made. */
  note(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Takes back everything noted since `mark`. */
  rollBack(mark: number): void {
    while (this.#undo.length > mark) this.#undo.pop()?.();
  }

  /** Makes everything noted so far last: it can no longer be taken back. */
  forget(): void {
    this.#undo = [];
  }
}
