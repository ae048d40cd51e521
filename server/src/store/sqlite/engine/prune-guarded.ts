import type { WriteContext } from './context.ts';

/** States in which a task has ended. */
const endStates = `('completed', 'failed', 'cancelled')`;

/** A guarded row, or one version in its history, by the keys of its tables. */
type Key = { readonly tenant: number; readonly kind: string; readonly id: string };

type Version = Key & { readonly version: number };

/**
 * Removes what an event that is gone leaves of guarded rows: its versions in their histories,
 * unless they are the newest, and rows that end with their events (tasks that have ended, chains)
 * once none of these is left. Answers how many rows went.
 */
export function removeGuarded(context: WriteContext, position: number): number {
  const versions = context.db.all<Version>(
    'SELECT tenant, kind, id, version FROM guarded_history WHERE position = ?',
    position,
  );
  let rows = 0;
  for (const version of versions) rows += removeVersion(context, version, position);
  const touched = [...versions, ...lastTouched(context, position)];
  for (const key of touched) rows += removeEnded(context, key);
  return rows;
}

/** Rows that may end and changed with this event last, whether or not they have a history. */
function lastTouched({ db }: WriteContext, position: number): Key[] {
  return db.all<Key>(
    `SELECT tenant, kind, id FROM guarded INDEXED BY guarded_that_end
      WHERE last_position = ? AND kind IN ('task', 'chain')`,
    position,
  );
}

function removeVersion(context: WriteContext, version: Version, position: number): number {
  const { db } = context;
  const { tenant, kind, id } = version;
  db.run(
    `UPDATE guarded SET removed_position = max(removed_position, ?)
      WHERE tenant = ? AND kind = ? AND id = ?`,
    position,
    tenant,
    kind,
    id,
  );
  const before = removeNewestBefore(context, version);
  return isNewest(context, version) ? before : before + remove(context, version);
}

/** A version that stayed as the newest when its event went is so no longer. */
function removeNewestBefore(context: WriteContext, { tenant, kind, id, version }: Version): number {
  const before = context.db.get<{ version: number; position: number }>(
    `SELECT version, position FROM guarded_history
      WHERE tenant = ? AND kind = ? AND id = ? AND version < ? ORDER BY version DESC LIMIT 1`,
    tenant,
    kind,
    id,
    version,
  );
  if (before === null || isThere(context, before.position)) return 0;
  return remove(context, { tenant, kind, id, version: before.version });
}

function isNewest({ db }: WriteContext, { tenant, kind, id, version }: Version): boolean {
  const newer = db.get(
    `SELECT 1 FROM guarded_history
      WHERE tenant = ? AND kind = ? AND id = ? AND version > ? LIMIT 1`,
    tenant,
    kind,
    id,
    version,
  );
  return newer === null;
}

function remove({ db }: WriteContext, { tenant, kind, id, version }: Version): number {
  return db.run(
    'DELETE FROM guarded_history WHERE tenant = ? AND kind = ? AND id = ? AND version = ?',
    tenant,
    kind,
    id,
    version,
  );
}

/** Removes a row that ends with its events, when none of them is left. */
function removeEnded(context: WriteContext, { tenant, kind, id }: Key): number {
  const { db } = context;
  const row = db.get<{ last_position: number }>(
    `SELECT last_position FROM guarded WHERE tenant = ? AND kind = ? AND id = ?
      AND (kind = 'chain' OR (kind = 'task' AND state IN ${endStates}))`,
    tenant,
    kind,
    id,
  );
  if (row === null || isThere(context, row.last_position)) return 0;
  if (hasEvents(context, { tenant, kind, id })) return 0;
  let rows = 0;
  for (const table of ['guarded', 'guarded_history', 'guarded_contents']) {
    rows += db.run(
      `DELETE FROM ${table} WHERE tenant = ? AND kind = ? AND id = ?`,
      tenant,
      kind,
      id,
    );
  }
  return rows;
}

/** Cheap: of the versions that are left nearly all have their events. */
function hasEvents({ db }: WriteContext, { tenant, kind, id }: Key): boolean {
  const found = db.get(
    `SELECT 1 FROM guarded_history h WHERE h.tenant = ? AND h.kind = ? AND h.id = ?
      AND EXISTS (SELECT 1 FROM events e WHERE e.position = h.position) LIMIT 1`,
    tenant,
    kind,
    id,
  );
  return found !== null;
}

function isThere({ db }: WriteContext, event: number): boolean {
  return db.get('SELECT 1 FROM events WHERE position = ?', event) !== null;
}
