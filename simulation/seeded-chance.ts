import type { Chance } from '../server/src/core/clock.ts';

/**
 * Randomness from a seed. A fork has numbers of its own by its name, so that one more draw in one
 * place leaves every other place as it was.
 */
export class SeededChance implements Chance {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = mix(seed ^ 0x9e3779b9);
    this.#state = this.#seed;
  }

  fork(name: string): SeededChance {
    let hash = this.#seed ^ 0x811c9dc5;
    for (let i = 0; i < name.length; i += 1) {
      hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    }
    return new SeededChance(hash >>> 0);
  }

  /** mulberry32 */
  sample(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    return mix(this.#state) / 4_294_967_296;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => Math.floor(this.sample() * 256));
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.sample() * (most - least + 1));
  }

  /** Whether something of this probability happens. */
  hits(probability: number): boolean {
    return this.sample() < probability;
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[Math.floor(this.sample() * from.length)] ?? from[0];
  }
}

function mix(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
