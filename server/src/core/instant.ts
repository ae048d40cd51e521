import type { Branded } from './branded.ts';

/** Milliseconds since 1970-01-01T00:00:00Z, the same integer in memory and in every store. */
export type Instant = Branded<number, 'Instant'>;

/** Brands a number of Unix milliseconds; the caller vouches that it is a whole number. */
export function instant(unixMs: number): Instant {
  return unixMs as Instant;
}

/** `at` moved by `byMs` milliseconds (may be negative), rounded up to a whole millisecond. */
export function later(at: Instant, byMs: number): Instant {
  return Math.ceil(at + byMs) as Instant;
}
