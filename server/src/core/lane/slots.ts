import type { LanesPolicy } from './lanes-policy.ts';

/**
 * What a lane may count on when slots run short. 0: it has no attempt in flight; 1: it has, and
 * had a success of late; 2: it has, without one.
 */
export type Standing = 0 | 1 | 2;

/**
 * The attempts in flight in all lanes together. A few slots are reserved for lanes that have none,
 * and above the busy share a lane that had no success of late gets no second one.
 *
 * What began in a reserved slot frees a reserved one: the others would otherwise all be taken by
 * lanes that have none, and tenants with few lanes would get less than their turn.
 */
export class Slots {
  #shared = 0;
  #reserved = 0;
  readonly #sharedMax: number;
  readonly #busyFrom: number;
  readonly #reservedMax: number;

  constructor({ inFlightMax, busyShare, newcomerShare }: LanesPolicy) {
    this.#reservedMax = Math.ceil(inFlightMax * newcomerShare);
    this.#sharedMax = inFlightMax - this.#reservedMax;
    this.#busyFrom = Math.floor(inFlightMax * busyShare);
  }

  get used(): number {
    return this.#shared + this.#reserved;
  }

  /** The worst standing that still gets a slot; null when none is free. */
  get freeFor(): Standing | null {
    if (this.#shared < this.#sharedMax) return this.used < this.#busyFrom ? 2 : 1;
    return this.#reserved < this.#reservedMax ? 0 : null;
  }

  /** Takes a slot; answers whether it is a reserved one. */
  take(): boolean {
    const isReserved = this.#shared >= this.#sharedMax;
    if (isReserved) this.#reserved += 1;
    else this.#shared += 1;
    return isReserved;
  }

  free(isReserved: boolean): void {
    if (isReserved) this.#reserved -= 1;
    else this.#shared -= 1;
  }
}
