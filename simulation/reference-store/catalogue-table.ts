import type { DisableReason } from '../../server/src/core/endpoint.ts';
import type { EndpointId, Position } from '../../server/src/core/ids.ts';
import type { Instant } from '../../server/src/core/instant.ts';
import { limits } from '../../server/src/core/limits.ts';
import type {
  CatalogueMark,
  CatalogueRead,
  CatalogueWrite,
  Resource,
  StoredResource,
} from '../../server/src/store/catalogue.ts';
import type { Journal } from './journal.ts';
import { JournaledMap } from './journaled-map.ts';

type Row = {
  readonly stored: StoredResource;
  /** The order of writes within one change. */
  readonly index: number;
};

/** Resources and the version that rises with each change to them. */
export class CatalogueTable {
  readonly #rows: JournaledMap<Row>;
  readonly #version: JournaledMap<number>;

  constructor(journal: Journal) {
    this.#rows = new JournaledMap(journal);
    this.#version = new JournaledMap(journal);
  }

  get version(): number {
    return this.#version.get('all') ?? 0;
  }

  /** Raises the version by one, for the change about to be written. */
  raise(): number {
    const version = this.version + 1;
    this.#version.set('all', version);
    return version;
  }

  /** The version of a resource; null when there is none, or only its mark. */
  versionOf(resource: Resource): number | null {
    const stored = this.#rows.get(keyOf(resource))?.stored;
    return stored === undefined || stored.isRemoved ? null : stored.version;
  }

  /** Writes a resource under the present version; `position` is used if it is new. */
  write({ resource, remove }: CatalogueWrite, position: Position, index: number): StoredResource {
    const old = this.#rows.get(keyOf(resource))?.stored;
    const stored: StoredResource = {
      ...resource,
      version: (old?.version ?? 0) + 1,
      catalogueVersion: this.version,
      position: old?.position ?? position,
      isRemoved: remove,
    };
    this.#rows.set(keyOf(resource), { stored, index });
    return stored;
  }

  /** Disables an endpoint that is active or paused, as a change of its own. */
  disable(endpointId: EndpointId, reason: DisableReason, at: Instant): void {
    const stored = this.#rows.get(`endpoint ${endpointId}`)?.stored;
    if (stored?.kind !== 'endpoint' || stored.isRemoved) return;
    const { status } = stored.value;
    if (status.is !== 'active' && status.is !== 'paused') return;
    const disabled = { is: 'disabled', reason, at } as const;
    const value = { ...stored.value, status: disabled, updatedAt: at };
    this.raise();
    const resource = { kind: stored.kind, value };
    this.write({ resource, expects: stored.version, remove: false }, stored.position, 0);
  }

  read({ since, after }: { since: number; after?: CatalogueMark }): CatalogueRead {
    const { version } = this;
    if (since === version) return { version, resources: [] };
    const changed = this.#rows
      .sorted()
      .map(([, row]) => row)
      .filter(({ stored }) => stored.catalogueVersion > since)
      .filter(({ stored }) => since > 0 || !stored.isRemoved)
      .toSorted((a, b) => versionStep(a, b) || a.index - b.index);
    const left = changed.filter((row) => after === undefined || isAfter(row, after));
    const some = left.slice(0, limits.catalogueRows);
    const last = some.at(-1);
    const read = { version, resources: some.map(({ stored }) => stored) };
    if (left.length === some.length || last === undefined) return read;
    const { catalogueVersion } = last.stored;
    return { ...read, next: { catalogueVersion, index: last.index } };
  }
}

function versionStep(a: Row, b: Row): number {
  return a.stored.catalogueVersion - b.stored.catalogueVersion;
}

function isAfter({ stored, index }: Row, after: CatalogueMark): boolean {
  const { catalogueVersion } = stored;
  if (catalogueVersion !== after.catalogueVersion) return catalogueVersion > after.catalogueVersion;
  return index > after.index;
}

function keyOf({ kind, value }: Resource): string {
  return `${kind} ${value.id}`;
}
