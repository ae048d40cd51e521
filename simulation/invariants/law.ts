import type { Fact, FactOf } from '../fact.ts';
import type { Ledger } from '../ledger.ts';

/** A sentence that every history must keep. */
export type Law = {
  readonly says: string;
  /** Takes in one fact before the ledger does; answers what is wrong with it, if anything. */
  see(fact: Fact, ledger: Ledger): string | null;
};

/** What a law says to each kind of fact that it looks at. */
type Seers = {
  readonly [Is in Fact['is']]?: (fact: FactOf<Is>, ledger: Ledger) => string | null;
};

/** Makes a law from what it looks at; every other fact is none of its business. */
export function lawOf(says: string, seers: Seers): Law {
  return {
    says,
    see: (fact, ledger) => {
      const seer = seers[fact.is] as ((fact: Fact, ledger: Ledger) => string | null) | undefined;
      return seer?.(fact, ledger) ?? null;
    },
  };
}
