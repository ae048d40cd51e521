import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

/** A counter with at most one label that costs one look-up per count; drawn when it is read. */
export class Tally {
  readonly #counts = new Map<string, number>();

  constructor(registry: Registry, shape: { name: string; help: string; label?: string }) {
    const { name, help, label } = shape;
    const counts = this.#counts;
    const collect = function collect(this: Counter): void {
      this.reset();
      for (const [value, count] of counts)
        this.inc(label === undefined ? {} : { [label]: value }, count);
    };
    const labelNames = label === undefined ? [] : [label];
    registry.registerMetric(new Counter({ name, help, labelNames, registers: [], collect }));
    if (label === undefined) counts.set('', 0);
  }

  /** Counts `by` more under the label's value. */
  add(by: number, value = ''): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + by);
  }
}
