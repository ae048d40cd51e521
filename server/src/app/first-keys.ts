import { createHash } from 'node:crypto';

import type { Chance, Clock } from '../core/clock.ts';
import type { TenantId } from '../core/ids.ts';
import type { IdMaker } from '../core/make-id.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { CatalogueWrite } from '../store/catalogue.ts';
import { keepOperatorKey, readOperatorKey } from './data-dir.ts';

export type FirstKeysDeps = {
  readonly mirror: CatalogueMirror;
  readonly ids: IdMaker;
  readonly clock: Clock;
  readonly chance: Chance;
};

/** The operator key that the data directory knows; its text is shown only when it is new. */
export type OperatorKey = { readonly text: string; readonly isNew: boolean };

const keyBytes = 32;

/**
 * Sees to it that there are a tenant `default` and an operator key, and answers the key. A lost
 * operator gets in again with a `POSTHORN_ADMIN_KEY` of their choice, whatever was deleted.
 */
export async function makeFirstKeys(
  deps: FirstKeysDeps,
  { dataDir, adminKey }: { dataDir: string; adminKey: string | null },
): Promise<OperatorKey> {
  const kept = await readOperatorKey(dataDir);
  const text =
    adminKey ?? kept ?? `ph_${Buffer.from(deps.chance.bytes(keyBytes)).toString('base64url')}`;
  // The file first: a key that the store knows and nobody was told would lock the operator out.
  if (text !== kept) await keepOperatorKey(dataDir, text);
  // A key that somebody ended must not come back by itself, unless no other would let them in.
  const isWanted = adminKey !== null || !hasLastingKey(deps);
  const writes = [...missingTenant(deps), ...(isWanted ? missingKey(deps, text) : [])];
  if (writes.length > 0) {
    const answer = await deps.mirror.change({ tenantId: null, writes, idempotency: null });
    if (answer.is !== 'changed') throw new Error(`the first keys were refused: ${answer.is}`);
  }
  return { text, isNew: kept === null && adminKey === null };
}

/** Whether the operator has a key that may do all and does not expire. */
function hasLastingKey({ mirror }: FirstKeysDeps): boolean {
  return mirror.list('key', null).some(({ value: { tenantId, scopes, expiresAt } }) => {
    return tenantId === null && expiresAt === null && scopes.includes('admin');
  });
}

function missingTenant({ mirror, clock }: FirstKeysDeps): CatalogueWrite[] {
  const id = 'default' as TenantId;
  if (mirror.get('tenant', null, id) !== null) return [];
  const now = clock.now();
  const value = { id, name: 'default', createdAt: now, updatedAt: now };
  return [{ resource: { kind: 'tenant', value }, expects: null, remove: false }];
}

function missingKey({ mirror, ids, clock }: FirstKeysDeps, text: string): CatalogueWrite[] {
  const digest = createHash('sha256').update(text).digest('hex');
  if (mirror.keyByDigest(digest) !== null) return [];
  const now = clock.now();
  const value = {
    id: ids.make('key'),
    tenantId: null,
    name: 'first operator key',
    digest,
    hint: text.slice(-4),
    scopes: ['admin' as const],
    expiresAt: null,
    createdAt: now,
    updatedAt: now,
  };
  return [{ resource: { kind: 'key', value }, expects: null, remove: false }];
}
