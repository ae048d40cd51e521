import type { EndpointHealth } from '../../../core/endpoint-health.ts';
import type { CatalogueRead } from '../../catalogue.ts';
import type { ReadContext } from './context.ts';
import { toStoredResource } from './resource-row.ts';
import type { ResourceRow } from './resource-row.ts';

/** What changed after a catalogue version; from 0 on, all that exists. */
export function readCatalogue(
  { db, sealer }: ReadContext,
  { since }: { since: number },
): CatalogueRead {
  const rows = db.all<ResourceRow>(
    `SELECT * FROM resources WHERE catalogue_version > ? AND is_removed <= ?
      ORDER BY catalogue_version, change_index`,
    since,
    since === 0 ? 0 : 1,
  );
  return {
    version: storedCatalogueVersion({ db }),
    resources: rows.map((row) => toStoredResource(row, sealer)),
  };
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
