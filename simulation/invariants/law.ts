import type { Fact } from '../fact.ts';
import type { Ledger } from '../ledger.ts';

/** A sentence that every history must keep. */
export type Law = {
  readonly says: string;
  /** Takes in one fact before the ledger does; answers what is wrong with it, if anything. */
  see(fact: Fact, ledger: Ledger): string | null;
};
