import type { TenantId } from '../../../core/ids.ts';
import type { GuardedRow } from '../../finder.ts';
import type { GuardedKind, GuardedWrite } from '../../queue.ts';
import type { ReadContext, WriteContext } from './context.ts';
import { tenantKey } from './context.ts';
import { guardedColumns, toGuardedRow } from './guarded-row.ts';
import type { StoredGuarded } from './guarded-row.ts';
import { overwriteFreed } from './overwrite-freed.ts';

/** A guarded row with its version; null when there is none. */
export function findGuarded(
  context: ReadContext,
  query: { tenantId: TenantId; kind: GuardedKind; id: string },
): GuardedRow | null {
  const tenant = tenantKey(context, query.tenantId);
  if (tenant === null) return null;
  const row = context.db.get<StoredGuarded>(
    `SELECT ${guardedColumns} FROM guarded WHERE tenant = ? AND kind = ? AND id = ?`,
    tenant,
    query.kind,
    query.id,
  );
  return row === null ? null : toGuardedRow(row, context.names);
}

/** The first write whose expectation does not hold, each after those before it; else null. */
export function firstConflict(
  context: ReadContext,
  tenant: number,
  writes: readonly GuardedWrite[],
): { readonly index: number; readonly version: number | null } | null {
  for (const [index, write] of writes.entries()) {
    const version = writtenBefore(writes, index) ?? versionOf(context, tenant, write);
    if (version !== write.expects) return { index, version };
  }
  return null;
}

function writtenBefore(writes: readonly GuardedWrite[], index: number): number | null {
  const write = writes[index];
  const last = writes
    .slice(0, index)
    .findLast(({ kind, id, isCheck }) => !isCheck && kind === write?.kind && id === write.id);
  return last === undefined ? null : versionAfter(last);
}

function versionOf(
  { db }: ReadContext,
  tenant: number,
  { kind, id }: Pick<GuardedWrite, 'kind' | 'id'>,
): number | null {
  const row = db.tuple<[number]>(
    'SELECT version FROM guarded WHERE tenant = ? AND kind = ? AND id = ?',
    tenant,
    kind,
    id,
  );
  return row?.[0] ?? null;
}

/** The event that writes come with. */
export type WritingEvent = {
  readonly tenant: number;
  readonly position: number;
  readonly acceptedAt: number;
};

/** Makes writes whose expectations were found to hold. */
export function writeGuarded(
  context: WriteContext,
  event: WritingEvent,
  writes: readonly GuardedWrite[],
): void {
  for (const write of writes) {
    if (write.isCheck === true) continue;
    if (write.expects === null) insertRow(context, event, write);
    else updateRow(context, event, write);
    if (write.hasHistory === true) keepVersion(context, event, write);
    if (write.content !== undefined) keepContent(context, event, write, write.content);
  }
}

function insertRow(
  { db }: WriteContext,
  { tenant, position, acceptedAt }: WritingEvent,
  { kind, id, value, group, state, wakeAt }: GuardedWrite,
): void {
  db.run(
    `INSERT INTO guarded (tenant, kind, id, version, value, grp, state, wake_at, made_at,
      position, last_position) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)`,
    tenant,
    kind,
    id,
    JSON.stringify(value),
    group ?? null,
    state ?? null,
    wakeAt ?? null,
    acceptedAt,
    position,
    position,
  );
}

/** Touches an index only where what it holds has changed, unlike a row put in its place. */
function updateRow(
  { db }: WriteContext,
  { tenant, position }: WritingEvent,
  write: GuardedWrite,
): void {
  db.run(
    `UPDATE guarded SET version = ?, value = ?, grp = ?, state = ?, wake_at = ?, last_position = ?
      WHERE tenant = ? AND kind = ? AND id = ?`,
    versionAfter(write),
    JSON.stringify(write.value),
    write.group ?? null,
    write.state ?? null,
    write.wakeAt ?? null,
    position,
    tenant,
    write.kind,
    write.id,
  );
}

function keepVersion(
  { db }: WriteContext,
  { tenant, position }: WritingEvent,
  write: GuardedWrite,
): void {
  db.run(
    'INSERT INTO guarded_history VALUES (?, ?, ?, ?, ?, ?)',
    tenant,
    write.kind,
    write.id,
    versionAfter(write),
    position,
    write.note ?? null,
  );
}

/** Once it has given way, no later erasure would find the content of before: it goes whole. */
function keepContent(
  { db }: WriteContext,
  { tenant, position }: WritingEvent,
  write: GuardedWrite,
  content: Uint8Array,
): void {
  overwriteFreed(db, () =>
    db.run(
      `INSERT INTO guarded_contents (tenant, kind, id, version, position, content)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (tenant, kind, id) DO UPDATE SET version = excluded.version,
          position = excluded.position, content = excluded.content`,
      tenant,
      write.kind,
      write.id,
      versionAfter(write),
      position,
      content,
    ),
  );
}

function versionAfter({ expects }: GuardedWrite): number {
  return (expects ?? 0) + 1;
}
