import { instant, later } from '../instant.ts';
import type { Instant } from '../instant.ts';
import { limits } from '../limits.ts';
import { floorTo, statsKept, statsWidths, widthMs } from './stats-width.ts';
import type { StatsWidth } from './stats-width.ts';

/** A span of time as it was asked for; null where nothing was said. */
export type StatsAsk = {
  readonly since: Instant | null;
  readonly until: Instant | null;
  readonly bucketMs: number | null;
};

/** A span of whole buckets, and the widths that they are made of. */
export type StatsRange = {
  readonly since: Instant;
  readonly until: Instant;
  readonly bucketMs: number;
  readonly width: StatsWidth;
};

/** What is asked for, or which field cannot be served and why. */
export type StatsRangeAnswer =
  | { readonly is: 'range'; readonly range: StatsRange }
  | { readonly is: 'wrong'; readonly field: keyof StatsAsk; readonly message: string };

type Span = { readonly since: Instant; readonly until: Instant };

/** Buckets that nobody chose stay this few. */
const fewBuckets = 180;

/** Without a choice: the last day, in the narrowest buckets that are kept and few enough. */
export function statsRange(ask: StatsAsk, now: Instant): StatsRangeAnswer {
  const until = ask.until ?? now;
  const since = ask.since ?? later(until, -widthMs.day);
  if (since >= until) return wrong('since', 'must be earlier than until');
  const bucketMs = ask.bucketMs ?? fittingBucket({ since, until }, now);
  if (bucketMs % widthMs.minute !== 0) return wrong('bucketMs', 'must be whole minutes');
  return judge(aligned({ since, until }, bucketMs), now);
}

function fittingBucket({ since, until }: Span, now: Instant): number {
  const kept = statsKept(now);
  const fits = (width: StatsWidth): boolean =>
    (until - since) / widthMs[width] <= fewBuckets && floorTo(since, widthMs[width]) >= kept[width];
  return widthMs[statsWidths.find(fits) ?? 'day'];
}

/** Whole buckets that cover a span. */
function aligned({ since, until }: Span, bucketMs: number): StatsRange {
  return {
    since: floorTo(since, bucketMs),
    until: instant(Math.ceil(until / bucketMs) * bucketMs),
    bucketMs,
    width: widestWithin(bucketMs),
  };
}

function widestWithin(bucketMs: number): StatsWidth {
  return statsWidths.findLast((width) => bucketMs % widthMs[width] === 0) ?? 'minute';
}

function judge(range: StatsRange, now: Instant): StatsRangeAnswer {
  const { since, until, width } = range;
  if (since < statsKept(now)[width]) {
    const message = `lies before what is kept by the ${width} (${keptLimits[width]})`;
    return wrong('since', `${message}${width === 'day' ? '' : '; ask for wider buckets'}`);
  }
  if ((until - since) / widthMs[width] > limits.statsRows) {
    const message = `needs more than ${limits.statsRows} ${width}s to be read (statsRows)`;
    return wrong('bucketMs', `${message}; ask for wider buckets or a shorter span`);
  }
  return { is: 'range', range };
}

const keptLimits = {
  minute: 'statsMinutesMs',
  hour: 'statsHoursMs',
  day: 'statsDaysMs',
} as const satisfies Record<StatsWidth, keyof typeof limits>;

function wrong(field: keyof StatsAsk, message: string): StatsRangeAnswer {
  return { is: 'wrong', field, message };
}
