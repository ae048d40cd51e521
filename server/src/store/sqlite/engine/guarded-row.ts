import type { Position, TenantId } from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import type { Json } from '../../../core/json.ts';
import type { GuardedRow } from '../../finder.ts';
import type { GuardedKind } from '../../queue.ts';
import type { Names } from './names.ts';

/** A row of `guarded` as its columns are read. */
export type StoredGuarded = {
  tenant: number;
  kind: GuardedKind;
  id: string;
  version: number;
  value: string;
  grp: string | null;
  state: string | null;
  wake_at: Instant | null;
  position: Position;
};

/** The names of those columns, as a list for SELECT. */
export const guardedColumns = 'tenant, kind, id, version, value, grp, state, wake_at, position';

/** The row as the port shows it. */
export function toGuardedRow(row: StoredGuarded, names: Names): GuardedRow {
  return {
    tenantId: names.text(row.tenant) as TenantId,
    kind: row.kind,
    id: row.id,
    version: row.version,
    value: JSON.parse(row.value) as Json,
    group: row.grp,
    state: row.state,
    wakeAt: row.wake_at,
    position: row.position,
  };
}
