import type { ChainRef } from '../core/chain/chain-alert.ts';
import { limits } from '../core/limits.ts';

/**
 * Counts the events of each chain, so that only now and then the store must be asked how much came
 * of one. What it counts is lost with a restart, and forgotten of the chains that were quiet for
 * longest; the store is then asked somewhat later.
 */
export class ChainVolume {
  readonly #counts = new Map<string, number>();

  /** Whether it is time to ask: with every `limits.chainLookEvery`th event. */
  add({ tenantId, correlationId }: ChainRef): boolean {
    const name = `${tenantId}\n${correlationId}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    // What was counted last stands last.
    this.#counts.delete(name);
    this.#counts.set(name, count % limits.chainLookEvery);
    if (this.#counts.size > limits.chainsCounted) this.#forgetOldest();
    return count === limits.chainLookEvery;
  }

  #forgetOldest(): void {
    const oldest = this.#counts.keys().next();
    if (oldest.done !== true) this.#counts.delete(oldest.value);
  }
}
