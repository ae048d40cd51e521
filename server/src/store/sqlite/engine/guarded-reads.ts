import type { Position } from '../../../core/ids.ts';
import type { GuardedVersion } from '../../finder.ts';
import type { Answer, Asked } from '../verbs.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { guardedColumns, toGuardedRow } from './guarded-row.ts';
import type { StoredGuarded } from './guarded-row.ts';

/** Versions of one row that are still kept, oldest first. */
export function guardedHistory(
  context: ReadContext,
  { tenantId, kind, id, after, upTo, limit }: Asked<'guardedHistory'>,
): Answer<'guardedHistory'> {
  const rows = context.db.all<{ version: number; position: number; note: Uint8Array | null }>(
    `SELECT version, position, note FROM guarded_history
      WHERE tenant = ? AND kind = ? AND id = ? AND version > ? AND version <= ?
      ORDER BY version LIMIT ?`,
    tenantKey(context, tenantId),
    kind,
    id,
    after,
    upTo ?? Number.MAX_SAFE_INTEGER,
    limit,
  );
  return rows.map((row): GuardedVersion => ({
    version: row.version,
    position: row.position as Position,
    note: row.note,
  }));
}

/** The newest large bytes beside a row. */
export function guardedContent(
  context: ReadContext,
  { tenantId, kind, id }: Asked<'guardedContent'>,
): Answer<'guardedContent'> {
  const row = context.db.get<{ version: number; content: Uint8Array }>(
    'SELECT version, content FROM guarded_contents WHERE tenant = ? AND kind = ? AND id = ?',
    tenantKey(context, tenantId),
    kind,
    id,
  );
  return row === null ? null : { version: row.version, content: row.content };
}

/** Rows that upkeep is to look at, those due first first. */
export function guardedDue(
  context: ReadContext,
  { kind, before, limit }: Asked<'guardedDue'>,
): Answer<'guardedDue'> {
  const rows = context.db.all<StoredGuarded>(
    `SELECT ${guardedColumns} FROM guarded INDEXED BY guarded_due
      WHERE kind = ? AND wake_at IS NOT NULL AND wake_at < ?
      ORDER BY wake_at, position LIMIT ?`,
    kind,
    before,
    limit,
  );
  return rows.map((row) => toGuardedRow(row, context.names));
}
