import type { ReadContext } from './context.ts';

/** Names a guarded row by the key of its tenant. */
export type SubjectKey = {
  readonly tenant: number;
  readonly kind: string;
  readonly id: string;
};

type Version = { version: number; position: number };

/** Versions of a guarded row whose events stand after a position, oldest first. */
export function historyAfter(
  context: ReadContext,
  subject: SubjectKey,
  { after, limit }: { after: number; limit: number },
): Version[] {
  return versionsFrom(context, subject, { version: firstAfter(context, subject, after), limit });
}

/** The position of the newest event of its history that retention has removed; 0 for none. */
export function removedOfSubject({ db }: ReadContext, { tenant, kind, id }: SubjectKey): number {
  const row = db.tuple<[number]>(
    'SELECT removed_position FROM guarded WHERE tenant = ? AND kind = ? AND id = ?',
    tenant,
    kind,
    id,
  );
  return row?.[0] ?? 0;
}

/** Versions and positions rise together, so a search by halves finds the place. */
function firstAfter(context: ReadContext, subject: SubjectKey, after: number): number {
  let low = 1;
  let high = newestVersion(context, subject) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [found] = versionsFrom(context, subject, { version: middle, limit: 1 });
    if (found === undefined || found.position > after) high = middle;
    else low = found.version + 1;
  }
  return low;
}

function newestVersion({ db }: ReadContext, { tenant, kind, id }: SubjectKey): number {
  const row = db.tuple<[number]>(
    `SELECT version FROM guarded_history WHERE tenant = ? AND kind = ? AND id = ?
      ORDER BY version DESC LIMIT 1`,
    tenant,
    kind,
    id,
  );
  return row?.[0] ?? 0;
}

function versionsFrom(
  { db }: ReadContext,
  { tenant, kind, id }: SubjectKey,
  { version, limit }: { version: number; limit: number },
): Version[] {
  return db.all<Version>(
    `SELECT version, position FROM guarded_history
      WHERE tenant = ? AND kind = ? AND id = ? AND version >= ? ORDER BY version LIMIT ?`,
    tenant,
    kind,
    id,
    version,
    limit,
  );
}
