import type { Signal } from '../core/signal.ts';

/** What a metric is, apart from its name. */
export type MetricShape = {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** One sentence that tells what is counted or measured. */
  readonly help: string;
  readonly labels: readonly string[];
  /** The signals that move it; `state` when it is read at the moment of asking. */
  readonly from: readonly Signal['signal'][] | 'state';
};

/** One line of a metric. */
export type Sample = {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
  /** What follows the metric's name: parts of a histogram have one. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
};
