import { Timing, timingBounds } from '../core/timing.ts';
import { histogramSamples } from './histogram-samples.ts';
import type { Sample } from './metric.ts';

type OfRoute = {
  readonly labels: Sample['labels'];
  readonly timing: Timing;
  readonly byStatus: Map<number, number>;
};

/** An answered request, as it is counted. */
type Answered = {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number | null;
};

/** Counts requests by method, route and status; there are as many lines as there are routes. */
export class RequestTallies {
  readonly #routes = new Map<string, Map<string, OfRoute>>();

  add({ method, route, status, durationMs }: Answered): void {
    const { timing, byStatus } = this.#of(route, method);
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    if (durationMs !== null) timing.observe(durationMs);
  }

  counts(): Sample[] {
    return this.#all().flatMap(({ labels, byStatus }) =>
      [...byStatus].map(([status, value]): Sample => {
        return { labels: [...labels, ['status', `${status}`]], value };
      }),
    );
  }

  durations(): Sample[] {
    return this.#all().flatMap(({ labels, timing }) =>
      histogramSamples(timing, timingBounds.request, labels),
    );
  }

  #all(): OfRoute[] {
    return [...this.#routes.values()].flatMap((methods) => [...methods.values()]);
  }

  #of(route: string, method: string): OfRoute {
    const known = this.#routes.get(route)?.get(method);
    if (known !== undefined) return known;
    const made: OfRoute = {
      labels: [
        ['method', method],
        ['route', route],
      ],
      timing: new Timing(timingBounds.request),
      byStatus: new Map(),
    };
    const methods = this.#routes.get(route) ?? new Map<string, OfRoute>();
    this.#routes.set(route, methods.set(method, made));
    return made;
  }
}
