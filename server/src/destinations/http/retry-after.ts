/**
 * How long a `Retry-After` value asks to wait: whole seconds, or a date against `nowMs` (Unix
 * milliseconds). Null when it is absent, in the past or nonsense. Not clamped.
 */
export function retryAfterMs(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  const text = value.trim();
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1_000;
  if (
    !/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)
  ) {
    return null;
  }
  const waitMs = Date.parse(text) - nowMs;
  return waitMs > 0 ? waitMs : null;
}
