import { limits } from '../core/limits.ts';
import type { Sample } from './metric.ts';

/** Under this value stands whatever came after the bound on values was met. */
const others = 'other';

/**
 * A counter with one label. A count costs one look-up; the first values up to the bound have lines
 * of their own, all later ones share one.
 */
export class Tally {
  readonly #label: string;
  readonly #valuesMax: number;
  readonly #counts = new Map<string, number>();

  constructor(label: string, valuesMax: number = limits.metricValues) {
    this.#label = label;
    this.#valuesMax = valuesMax;
  }

  /** Counts `by` more under the label's value. */
  add(value: string, by: number): void {
    const before = this.#counts.get(value);
    if (before !== undefined || this.#counts.size < this.#valuesMax) {
      this.#counts.set(value, (before ?? 0) + by);
    } else this.#counts.set(others, (this.#counts.get(others) ?? 0) + by);
  }

  samples(): Sample[] {
    return [...this.#counts].map(([value, count]) => ({
      labels: [[this.#label, value]],
      value: count,
    }));
  }
}
