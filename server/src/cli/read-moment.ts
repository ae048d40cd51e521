import { UsageError } from './usage-error.ts';

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The RFC 3339 time that `2h` (ago), a day or a time means; undefined when nothing was said. */
export function readMoment(
  text: string | undefined,
  { option, now }: { readonly option: string; readonly now: number },
): string | undefined {
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const at = count === undefined ? timeOf(text) : now - Number(count) * (unitMs[unit] ?? 0);
  if (Math.abs(at) < 8.64e15) return new Date(at).toISOString();
  throw new UsageError(`${option}: must be a time such as 2h, 2026-01-31 or 2026-01-31T12:00:00Z`);
}

function timeOf(text: string): number {
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
}
