import type { Endpoint } from '../../core/endpoint.ts';
import type { EndpointRef } from './sender-protocol.ts';

/**
 * Which endpoints the sender thread holds, by a number for each value: a changed endpoint is
 * another value, and so is one that a callback lays its own address over. Least used go first.
 */
export class SentEndpoints {
  readonly #countMax: number;
  readonly #refs = new Map<Endpoint, EndpointRef>();
  #lastRef = 0;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  /** Notes a use; answers the number, and whether the endpoint must be brought first. */
  use(endpoint: Endpoint): { ref: EndpointRef; isNew: boolean } {
    const known = this.#refs.get(endpoint);
    this.#refs.delete(endpoint);
    const ref = known ?? (this.#lastRef += 1);
    this.#refs.set(endpoint, ref);
    return { ref, isNew: known === undefined };
  }

  /** Takes out what is over the bound. */
  trim(): EndpointRef[] {
    const forgotten: EndpointRef[] = [];
    for (const [endpoint, ref] of this.#refs) {
      if (this.#refs.size <= this.#countMax) break;
      this.#refs.delete(endpoint);
      forgotten.push(ref);
    }
    return forgotten;
  }

  clear(): void {
    this.#refs.clear();
  }
}
