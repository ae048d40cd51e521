import { instant } from '../core/instant.ts';
import type { Instant } from '../core/instant.ts';

/** An instant in RFC 3339 with milliseconds and `Z`. */
export function instantText(at: Instant): string {
  return new Date(at).toISOString();
}

/** The same, where there may be none. */
export function instantTextOrNull(at: Instant | null): string | null {
  return at === null ? null : instantText(at);
}

/** Reads RFC 3339 text whose shape was checked; null when there is no such time. */
export function readInstant(text: string): Instant | null {
  const unixMs = Date.parse(text.toUpperCase());
  return Number.isNaN(unixMs) || !isDay(text) ? null : instant(unixMs);
}

/** The built-in parser takes the 31st of February for the 3rd of March. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
