import { instant } from '../instant.ts';
import type { Instant } from '../instant.ts';
import { limits } from '../limits.ts';

/** Lengths of time that are counted, each for itself. Days are those of UTC. */
export type StatsWidth = 'minute' | 'hour' | 'day';

/** Narrowest first. */
export const statsWidths: readonly StatsWidth[] = ['minute', 'hour', 'day'];

export const widthMs = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
} as const satisfies Record<StatsWidth, number>;

const keptMs = {
  minute: limits.statsMinutesMs,
  hour: limits.statsHoursMs,
  day: limits.statsDaysMs,
} as const satisfies Record<StatsWidth, number>;

/** Where the counts of each width begin. */
export type StatsKept = Readonly<Record<StatsWidth, Instant>>;

/** What is kept: minutes for some hours, hours for some weeks, days for about a year. */
export function statsKept(now: Instant): StatsKept {
  return {
    minute: floorTo(now - keptMs.minute, widthMs.hour),
    hour: floorTo(now - keptMs.hour, widthMs.day),
    day: floorTo(now - keptMs.day, widthMs.day),
  };
}

/** The start of the multiple of `lengthMs` since 1970 that holds an instant. */
export function floorTo(at: number, lengthMs: number): Instant {
  return instant(Math.floor(at / lengthMs) * lengthMs);
}
