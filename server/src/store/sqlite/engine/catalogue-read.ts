import type { EndpointHealth } from '../../../core/endpoint-health.ts';
import { limits } from '../../../core/limits.ts';
import type { CatalogueMark, CatalogueRead } from '../../catalogue.ts';
import type { ReadContext } from './context.ts';
import { toStoredResource } from './resource-row.ts';
import type { ResourceRow } from './resource-row.ts';

/** What changed after a catalogue version, a page at a time; from 0 on, all that exists. */
export function readCatalogue(
  { db, sealer }: ReadContext,
  { since, after }: { since: number; after?: CatalogueMark },
): CatalogueRead {
  const rows = db.all<ResourceRow>(
    `SELECT * FROM resources
      WHERE (catalogue_version, change_index) > (?, ?) AND is_removed <= ?
      ORDER BY catalogue_version, change_index LIMIT ?`,
    after?.catalogueVersion ?? since,
    // The index of a change is never so high: nothing of the version itself is asked for.
    after?.index ?? Number.MAX_SAFE_INTEGER,
    since === 0 ? 0 : 1,
    limits.catalogueRows + 1,
  );
  const some = rows.slice(0, limits.catalogueRows);
  const last = some.at(-1);
  const resources = some.map((row) => toStoredResource(row, sealer));
  const version = storedCatalogueVersion({ db });
  if (rows.length === some.length || last === undefined) return { version, resources };
  const next = { catalogueVersion: last.catalogue_version, index: last.change_index };
  return { version, resources, next };
}

/** The committed catalogue version. */
export function storedCatalogueVersion({ db }: Pick<ReadContext, 'db'>): number {
  const row = db.get<{ value: number }>(`SELECT value FROM meta WHERE name = 'catalogue_version'`);
  return row?.value ?? 0;
}

/** The rows of endpoint health. */
export function readHealth({ db }: ReadContext): EndpointHealth[] {
  const rows = db.all<{ value: string }>('SELECT value FROM endpoint_health ORDER BY endpoint');
  return rows.map(({ value }) => JSON.parse(value) as EndpointHealth);
}
