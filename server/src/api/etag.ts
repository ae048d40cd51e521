import { AppError } from '../core/app-error.ts';
import type { Call } from './route.ts';

/** The ETag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** Throws `version_mismatch` when `If-Match` names other versions only. */
export function assertMatches({ headers }: Call, version: number): void {
  const asked = headers['if-match'];
  if (asked === undefined || asked.trim() === '*') return;
  const named = asked.split(',').map((each) => each.trim());
  if (!named.includes(etagOf(version))) throw new AppError('version_mismatch');
}
