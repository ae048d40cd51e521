import { AppError } from '../core/app-error.ts';
import type { Call } from './route.ts';

/** The ETag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** Throws `version_mismatch` when `If-Match` names other versions only. */
export function assertMatches({ headers }: Pick<Call, 'headers'>, version: number): void {
  const asked = headers['if-match'];
  if (asked === undefined || asked.trim() === '*') return;
  const named = asked.split(',').map((each) => each.trim());
  if (!named.includes(etagOf(version))) throw new AppError('version_mismatch', whatIs(version));
}

function whatIs(version: number): string {
  return version === 0
    ? 'If-Match names a version, and there is none yet.'
    : `If-Match does not name the current version, which is ${etagOf(version)}, in its quotes.`;
}

/**
 * The same for what a first change makes: `*` means any version that there is, and
 * `If-None-Match: *` that there must be none.
 *
 * @param version  0 when there is none.
 */
export function assertEntityVersion(call: Pick<Call, 'headers'>, version: number): void {
  const { headers } = call;
  const isMeantNew = headers['if-none-match']?.trim() === '*';
  if (isMeantNew && version > 0) throw new AppError('version_mismatch');
  if (headers['if-match']?.trim() === '*' && version === 0) throw new AppError('version_mismatch');
  assertMatches(call, version);
}

/** Whether `If-None-Match` names this version, so that it need not be sent again. */
export function isKnown({ headers }: Pick<Call, 'headers'>, version: number): boolean {
  const known = headers['if-none-match']?.trim();
  if (known === undefined) return false;
  const named = known.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return known === '*' || named.includes(etagOf(version));
}
