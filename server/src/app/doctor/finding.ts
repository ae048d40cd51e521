/** What one check found. */
export type Finding = {
  readonly check: string;
  readonly is: 'ok' | 'warn' | 'fail';
  readonly says: string;
  /** What mends it; null when there is nothing to mend. */
  readonly fix: string | null;
};

export function fine(check: string, says: string): Finding {
  return { check, is: 'ok', says, fix: null };
}

export function doubtful(check: string, says: string, fix: string): Finding {
  return { check, is: 'warn', says, fix };
}

export function broken(check: string, says: string, fix: string): Finding {
  return { check, is: 'fail', says, fix };
}
