import { limits } from '../core/limits.ts';

/**
 * How long a `Prefer` header asks to wait, in whole seconds up to the limit; null when it does not,
 * or not in a way that can be read: RFC 7240 has such preferences ignored.
 */
export function waitWish(prefer: string | string[] | undefined): number | null {
  const text = Array.isArray(prefer) ? prefer.join(',') : (prefer ?? '');
  for (const preference of text.split(',')) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference) ?? [];
    // The first of several counts.
    if (seconds !== undefined) return Math.min(Number(seconds), limits.waitMs / 1_000) || null;
  }
  return null;
}
