import type { TenantId } from '../../../core/ids.ts';
import type {
  CatalogueAnswer,
  CatalogueChange,
  CatalogueWrite,
  Resource,
  StoredResource,
} from '../../catalogue.ts';
import type { WriteContext } from './context.ts';
import { nextPosition } from './context.ts';
import { judgeIdempotency, keepIdempotency } from './idempotency.ts';
import { sealResource } from './resource-row.ts';
import type { ResourceRow } from './resource-row.ts';

type Present = Pick<ResourceRow, 'version' | 'position' | 'is_removed' | 'tenant'>;

/** Makes all writes of a change, or none. */
export function changeCatalogue(context: WriteContext, change: CatalogueChange): CatalogueAnswer {
  const used = judgeIdempotency(context, change.idempotency, context.now());
  if (used !== null) return used;
  const present = change.writes.map(({ resource }) => find(context, resource));
  const conflict = firstConflict(change.writes, present);
  if (conflict !== null) return { is: 'conflict', ...conflict };
  // A change of nothing only keeps its answer: plans made from this version stay good.
  const isEmpty = change.writes.length === 0;
  const version = isEmpty ? context.counters.catalogueVersion : nextCatalogueVersion(context);
  const resources = change.writes.map((write, index) =>
    put(context, write, { present: present[index] ?? null, catalogueVersion: version, index }),
  );
  keepIdempotency(context, change.idempotency);
  return { is: 'changed', version, resources };
}

/** Raises the catalogue version, durably with the change that asks for it. */
export function nextCatalogueVersion({ db, counters }: WriteContext): number {
  counters.catalogueVersion += 1;
  db.run(`UPDATE meta SET value = ? WHERE name = 'catalogue_version'`, counters.catalogueVersion);
  return counters.catalogueVersion;
}

function find({ db }: WriteContext, { kind, value }: Resource): Present | null {
  return db.get<Present>(
    'SELECT version, position, is_removed, tenant FROM resources WHERE kind = ? AND id = ?',
    kind,
    value.id,
  );
}

/** Also refuses a write to what belongs to another tenant. */
function firstConflict(
  writes: readonly CatalogueWrite[],
  present: readonly (Present | null)[],
): { readonly index: number; readonly version: number | null } | null {
  for (const [index, write] of writes.entries()) {
    const found = present[index] ?? null;
    const version = found === null || found.is_removed === 1 ? null : found.version;
    const isForeign = found !== null && found.tenant !== tenantOf(write.resource);
    if (version !== write.expects || isForeign) return { index, version };
  }
  return null;
}

function put(
  context: WriteContext,
  { resource, remove }: CatalogueWrite,
  {
    present,
    catalogueVersion,
    index,
  }: {
    present: Present | null;
    catalogueVersion: number;
    index: number;
  },
): StoredResource {
  const version = (present?.version ?? 0) + 1;
  const isNew = present === null || present.is_removed === 1;
  const position = isNew ? nextPosition(context) : present.position;
  const { open, sealed } = sealResource(resource, context.sealer);
  context.db.run(
    'INSERT OR REPLACE INTO resources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    resource.kind,
    resource.value.id,
    tenantOf(resource),
    version,
    catalogueVersion,
    index,
    position,
    remove ? 1 : 0,
    open,
    sealed,
  );
  return {
    ...resource,
    version,
    catalogueVersion,
    position: position as StoredResource['position'],
    isRemoved: remove,
  };
}

function tenantOf(resource: Resource): TenantId | null {
  return resource.kind === 'tenant' ? resource.value.id : resource.value.tenantId;
}
