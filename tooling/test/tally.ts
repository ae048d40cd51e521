/** How many tests ended in which way; `skipped` includes those marked as still to be written. */
export type Tally = { passed: number; failed: number; skipped: number };

/** Writes a tally the way every suite here ends: `N passed, N failed`. */
export function tallyLine({ passed, failed, skipped }: Tally): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}

/** A suite that ran nothing proves nothing, so it is no success. */
export function exitCodeOf({ passed, failed }: Tally): number {
  return failed === 0 && passed > 0 ? 0 : 1;
}
