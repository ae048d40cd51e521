import type { Instant } from '../../../core/instant.ts';
import type { TenantId } from '../../../core/ids.ts';
import type { IdempotencyRow } from '../../idempotency.ts';
import type { ReadContext, WriteContext } from './context.ts';
import { tenantKey } from './context.ts';
import type { SealedPlace } from './sealer.ts';

type Key = Pick<IdempotencyRow, 'tenantId' | 'method' | 'path' | 'key'>;

type StoredRow = { body_digest: string; status: number; body: Uint8Array; expires_at: number };

/** What an idempotency key that was used before says about a request that uses it again. */
export type UsedBefore =
  | { readonly is: 'repeated'; readonly row: IdempotencyRow }
  | { readonly is: 'idempotency_conflict' };

/** The kept answer of a request, unless it has ended by `now`. */
export function findIdempotency(
  context: ReadContext,
  { now, ...key }: Key & { readonly now: Instant },
): IdempotencyRow | null {
  const tenant = tenantKey(context, key.tenantId);
  if (tenant === null) return null;
  const row = context.db.get<StoredRow>(
    `SELECT body_digest, status, body, expires_at FROM idempotency
      WHERE tenant = ? AND method = ? AND path = ? AND key = ? AND expires_at > ?`,
    tenant,
    key.method,
    key.path,
    key.key,
    now,
  );
  if (row === null) return null;
  return {
    tenantId: key.tenantId,
    method: key.method,
    path: key.path,
    key: key.key,
    bodyDigest: row.body_digest,
    status: row.status,
    body: context.sealer.open(placeOf(key), row.body),
    expiresAt: row.expires_at as Instant,
  };
}

/** Judges a key before its effect; null when it is new. */
export function judgeIdempotency(
  context: ReadContext,
  row: IdempotencyRow | null,
  now: Instant,
): UsedBefore | null {
  if (row === null) return null;
  const used = findIdempotency(context, { ...keyOf(row), now });
  if (used === null) return null;
  if (used.bodyDigest !== row.bodyDigest) return { is: 'idempotency_conflict' };
  return { is: 'repeated', row: used };
}

/** Keeps the answer of a request; takes the place of one that has ended. */
export function keepIdempotency(context: WriteContext, row: IdempotencyRow | null): void {
  if (row === null) return;
  context.db.run(
    'INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    context.names.make('tenant', 0, row.tenantId),
    row.method,
    row.path,
    row.key,
    row.bodyDigest,
    row.status,
    context.sealer.seal(placeOf(row), row.body),
    row.expiresAt,
  );
}

function keyOf({ tenantId, method, path, key }: IdempotencyRow): Key & { tenantId: TenantId } {
  return { tenantId, method, path, key };
}

function placeOf({ tenantId, method, path, key }: Key): SealedPlace {
  return { table: 'idempotency', column: 'body', row: [tenantId, method, path, key] };
}
