import type { TenantId } from '../../../core/ids.ts';
import type { Json } from '../../../core/json.ts';
import type { GuardedWrite } from '../../queue.ts';
import type { ReadContext, WriteContext } from './context.ts';
import { tenantKey } from './context.ts';

type Found = { readonly version: number; readonly value: string };

/** A guarded row with its version; null when there is none. */
export function findGuarded(
  context: ReadContext,
  query: { tenantId: TenantId; kind: GuardedWrite['kind']; id: string },
): { version: number; value: Json } | null {
  const tenant = tenantKey(context, query.tenantId);
  const found = tenant === null ? null : read(context, tenant, query);
  return found === null ? null : { ...found, value: JSON.parse(found.value) as Json };
}

/** The first write whose expectation does not hold; null when all hold. */
export function firstConflict(
  context: ReadContext,
  tenant: number,
  writes: readonly GuardedWrite[],
): { readonly index: number; readonly version: number | null } | null {
  for (const [index, write] of writes.entries()) {
    const version = read(context, tenant, write)?.version ?? null;
    if (version !== write.expects) return { index, version };
  }
  return null;
}

/** Makes writes whose expectations were found to hold. */
export function writeGuarded(
  { db }: WriteContext,
  tenant: number,
  writes: readonly GuardedWrite[],
): void {
  for (const { kind, id, expects, value } of writes) {
    db.run(
      'INSERT OR REPLACE INTO guarded VALUES (?, ?, ?, ?, ?)',
      tenant,
      kind,
      id,
      (expects ?? 0) + 1,
      JSON.stringify(value),
    );
  }
}

function read(
  { db }: ReadContext,
  tenant: number,
  { kind, id }: Pick<GuardedWrite, 'kind' | 'id'>,
): Found | null {
  return db.get<Found>(
    'SELECT version, value FROM guarded WHERE tenant = ? AND kind = ? AND id = ?',
    tenant,
    kind,
    id,
  );
}
