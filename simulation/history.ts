import { describeFact } from './describe-fact.ts';
import type { Fact } from './fact.ts';
import type { Law } from './invariants/law.ts';
import { Ledger } from './ledger.ts';
import { Trace } from './trace.ts';

/** What has happened in a world, held against the laws fact by fact. */
export class History {
  readonly ledger = new Ledger();
  readonly trace: Trace;
  readonly #laws: readonly Law[];
  #violation: string | null = null;

  constructor(laws: readonly Law[], show: ((line: string) => void) | null = null) {
    this.#laws = laws;
    this.trace = new Trace(show);
  }

  /** The first broken law and how it was broken. */
  get violation(): string | null {
    return this.#violation;
  }

  add(fact: Fact): void {
    if (fact.is !== 'counted') this.trace.add(describeFact(fact));
    for (const law of this.#laws) {
      const wrong = law.see(fact, this.ledger);
      if (wrong !== null) this.fail(`${law.says}: ${wrong}`);
    }
    this.ledger.apply(fact);
  }

  /** Notes what is wrong beyond all laws. */
  fail(because: string): void {
    if (this.#violation !== null) return;
    this.#violation = because;
    this.trace.add(`VIOLATION ${because}`);
  }
}
