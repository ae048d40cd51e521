/** Does what is asked under one name one after another; other names do not wait for it. */
export class InTurn {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Begins once all that was asked before under this name has ended. */
  async run<Answer>(name: string, work: () => Promise<Answer>): Promise<Answer> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(work);
    const settled = mine.catch(() => undefined);
    this.#last.set(name, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    }
  }
}
