import { instant } from './instant.ts';
import type { Instant } from './instant.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = `(?<month>${months.join('|')})`;
const clock = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';
const shortDay = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const longDay = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';

/** The three forms of an HTTP date: IMF-fixdate, RFC 850, and that of C's `asctime`. */
const dateForms = [
  new RegExp(`^${shortDay}, (?<day>\\d\\d) ${month} (?<year>\\d{4}) ${clock} GMT$`),
  new RegExp(`^${longDay}, (?<day>\\d\\d)-${month}-(?<year>\\d\\d) ${clock} GMT$`),
  new RegExp(`^${shortDay} ${month} (?<day>[ \\d]\\d) ${clock} (?<year>\\d{4})$`),
];

/**
 * The wait that a `Retry-After` header asks for: whole seconds or an HTTP date.
 *
 * @param now  the wall clock, for dates.
 * @returns milliseconds, not capped; 0 for a date in the past; null for anything else.
 * @see RFC 9110, sections 10.2.3 and 5.6.7
 */
export function parseRetryAfter(value: string, now: Instant): number | null {
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, Number.MAX_SAFE_INTEGER);
  const at = parseHttpDate(text, now);
  return at === null ? null : Math.max(0, at - now);
}

function parseHttpDate(text: string, now: Instant): Instant | null {
  for (const form of dateForms) {
    const parts = form.exec(text)?.groups;
    if (parts !== undefined) return dateOf(parts, now);
  }
  return null;
}

function dateOf(parts: Record<string, string | undefined>, now: Instant): Instant | null {
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(
    Number,
  ) as [number, number, number, number];
  // A second of 60 is a leap second, which Unix time does not know.
  if (hour > 23 || minute > 59 || second > 60) return null;
  const monthIndex = months.indexOf(parts.month ?? '');
  const year = fullYear(parts.year ?? '', now);
  const date = new Date(0);
  date.setUTCFullYear(year, monthIndex, day);
  if (date.getUTCDate() !== day) return null;
  return instant(date.setUTCHours(hour, minute, second));
}

/** Two digits mean the year with them that lies at most 50 years ahead (RFC 9110, 5.6.7). */
function fullYear(digits: string, now: Instant): number {
  if (digits.length === 4) return Number(digits);
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(digits);
  return year > thisYear + 50 ? year - 100 : year;
}
