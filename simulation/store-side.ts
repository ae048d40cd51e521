import type { NodeId } from '../server/src/core/ids.ts';
import type { Store } from '../server/src/store/store.ts';

/** A call that has reached the store. */
export type ReachedCall = {
  readonly life: NodeId;
  readonly verb: string;
  readonly args: unknown;
  /** How long its commit takes to be safe. */
  readonly syncMs: number;
};

/** The store as the world sees it: it carries out calls and tells of commits once they are safe. */
export interface StoreSide extends AsyncDisposable {
  open(life: NodeId): Promise<Store>;
  carryOut<Answer>(call: ReachedCall, run: () => Promise<Answer>): Promise<Answer>;
  /** Undoes what is not safe, and refuses calls until power is back; false where that cannot be. */
  cutPower(forMs: number): boolean;
  fillDisk(isFull: boolean): void;
}
