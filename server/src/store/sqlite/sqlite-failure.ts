/** fatal: nothing more may be acknowledged. full: no room. single: one item's own fault. */
export type SqliteFailure = 'fatal' | 'full' | 'single';

/** Primary result codes of SQLite, by the name its documentation gives them. */
const primary = {
  readonly: 8,
  ioerr: 10,
  corrupt: 11,
  full: 13,
  cantopen: 14,
  protocol: 15,
  notadb: 26,
} as const;

const fatal: readonly number[] = [
  primary.readonly,
  primary.ioerr,
  primary.corrupt,
  primary.cantopen,
  primary.protocol,
  primary.notadb,
];

/** Sorts what a commit threw by what may be done next. */
export function sqliteFailure(cause: unknown): SqliteFailure {
  const code = primaryCode(cause);
  if (code === null) return 'single';
  if (code === primary.full) return 'full';
  return fatal.includes(code) ? 'fatal' : 'single';
}

/** Whether SQLite says that the file itself is not what it should be. */
export function isDamage(cause: unknown): boolean {
  const code = primaryCode(cause);
  return code === primary.corrupt || code === primary.notadb || code === primary.ioerr;
}

/** The primary result code of an error of SQLite; null for any other error. */
export function primaryCode(cause: unknown): number | null {
  if (!(cause instanceof Error) || !('errcode' in cause)) return null;
  return typeof cause.errcode === 'number' ? cause.errcode & 0xff : null;
}
