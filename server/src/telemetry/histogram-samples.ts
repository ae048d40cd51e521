import type { TimingCounts } from '../core/timing.ts';
import type { Sample } from './metric.ts';

const ms = 1_000;

/** The lines of a histogram in seconds. */
export function histogramSamples(
  { counts, sumMs }: TimingCounts,
  boundsMs: readonly number[],
  labels: Sample['labels'] = [],
): Sample[] {
  let total = 0;
  const buckets = counts.map((count, index): Sample => {
    total += count;
    const bound = boundsMs[index];
    const le = bound === undefined ? '+Inf' : `${bound / ms}`;
    return { suffix: '_bucket', labels: [...labels, ['le', le]], value: total };
  });
  return [
    ...buckets,
    { suffix: '_sum', labels, value: sumMs / ms },
    { suffix: '_count', labels, value: total },
  ];
}
