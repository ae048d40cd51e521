import type { GuardedFilter, GuardedRow } from '../../finder.ts';
import type { Page, PageOf } from '../../page.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { guardedColumns, toGuardedRow } from './guarded-row.ts';
import type { StoredGuarded } from './guarded-row.ts';
import { positionBounds } from './position-bounds.ts';
import { Conditions, scanRows } from './scan.ts';

/** Guarded rows of one kind, newest first. */
export function listGuarded(
  context: ReadContext,
  filter: GuardedFilter,
  page: Page,
): PageOf<GuardedRow> {
  const found = findBy(context, filter, page);
  if (found === null) return { rows: [], next: null };
  const { conditions, index } = found;
  const { rows, next } = scanRows<KeyRow>(context.db, {
    sql:
      `SELECT tenant, kind, id, position, ${conditions.fits} AS fits FROM guarded ` +
      `INDEXED BY ${index} WHERE ${conditions.where} ORDER BY position DESC`,
    values: conditions.values,
    limit: page.limit,
  });
  return { rows: rows.map((row) => read(context, row)), next };
}

type KeyRow = { tenant: number; kind: string; id: string; position: number; fits: number };

/** Null when a name in the filter stands for nothing. */
function findBy(
  context: ReadContext,
  filter: GuardedFilter,
  page: Page,
): { conditions: Conditions; index: string } | null {
  const { kind, group, state } = filter;
  const conditions = new Conditions();
  conditions.narrow('kind = ?', kind);
  narrowToPage(context, conditions, page);
  if (filter.tenantId === null) {
    if (group !== undefined) conditions.ask('grp = ?', group);
    if (state !== undefined) conditions.ask('state = ?', state);
    return { conditions, index: 'guarded_by_kind' };
  }
  const tenant = tenantKey(context, filter.tenantId);
  if (tenant === null) return null;
  conditions.narrow('tenant = ?', tenant);
  return { conditions, index: narrowInTenant(conditions, filter) };
}

/** Answers the index that tells most. */
function narrowInTenant(conditions: Conditions, { group, state }: GuardedFilter): string {
  if (group !== undefined) {
    conditions.narrow('grp = ?', group);
    if (state !== undefined) conditions.ask('state = ?', state);
    return 'guarded_by_group';
  }
  if (state === undefined) return 'guarded_by_tenant';
  conditions.narrow('state = ?', state);
  return 'guarded_by_state';
}

function narrowToPage({ db }: ReadContext, conditions: Conditions, page: Page): void {
  const { above, below } = positionBounds(db, page);
  conditions.narrow('position > ? AND position < ?', above, below);
  if (page.from !== undefined) conditions.ask('made_at >= ?', page.from);
  if (page.until !== undefined) conditions.ask('made_at < ?', page.until);
}

function read({ db, names }: ReadContext, { tenant, kind, id }: KeyRow): GuardedRow {
  const row = db.get<StoredGuarded>(
    `SELECT ${guardedColumns} FROM guarded WHERE tenant = ? AND kind = ? AND id = ?`,
    tenant,
    kind,
    id,
  );
  if (row === null) throw new Error(`the ${kind} ${id} left while it was read`);
  return toGuardedRow(row, names);
}
