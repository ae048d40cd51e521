import type { AlertDefaults } from '../core/alert/contact.ts';
import type { Endpoint } from '../core/endpoint.ts';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import type { EventType } from '../core/event-type.ts';
import type { Position, TenantId } from '../core/ids.ts';
import type { Subscription } from '../core/subscription.ts';
import type { AccessKey, Tenant } from '../core/tenant.ts';
import type { IdempotencyRow } from './idempotency.ts';

/** What an operator or a tenant configures. */
export type Resource =
  | { readonly kind: 'tenant'; readonly value: Tenant }
  | { readonly kind: 'endpoint'; readonly value: Endpoint }
  | { readonly kind: 'subscription'; readonly value: Subscription }
  | { readonly kind: 'alertDefaults'; readonly value: AlertDefaults }
  | { readonly kind: 'key'; readonly value: AccessKey }
  | { readonly kind: 'event_type'; readonly value: EventType };

export type ResourceKind = Resource['kind'];

/** A resource as stored. A removed one stays as a mark, so that readers of changes learn of it. */
export type StoredResource = Resource & {
  /** 1 when made; one higher with each change. */
  readonly version: number;
  /** The catalogue version that this change made. */
  readonly catalogueVersion: number;
  /** When it was made, in commit order. */
  readonly position: Position;
  readonly isRemoved: boolean;
};

/** One write; refused when the stored version is another than expected. */
export type CatalogueWrite = {
  readonly resource: Resource;
  /** Null when the resource must not exist yet. */
  readonly expects: number | null;
  readonly remove: boolean;
};

/** All or none of the writes of a change are made; one without writes keeps its answer alone. */
export type CatalogueChange = {
  readonly tenantId: TenantId | null;
  readonly writes: readonly CatalogueWrite[];
  readonly idempotency: IdempotencyRow | null;
};

export type CatalogueAnswer =
  | { readonly is: 'changed'; readonly version: number; readonly resources: StoredResource[] }
  | { readonly is: 'conflict'; readonly index: number; readonly version: number | null }
  | { readonly is: 'repeated'; readonly row: IdempotencyRow }
  | { readonly is: 'idempotency_conflict' };

/** The last change that was read, where there is more. */
export type CatalogueMark = { readonly catalogueVersion: number; readonly index: number };

/** What changed since a version. */
export type CatalogueRead = {
  /** The version that the catalogue had when this was read. */
  readonly version: number;
  readonly resources: readonly StoredResource[];
  /** Where to read on; not there when this was all. */
  readonly next?: CatalogueMark;
};

/**
 * Tenants, endpoints, subscriptions, keys and event types, with one version that rises with every
 * change.
 */
export interface Catalogue {
  /**
   * The resources that changed after `since` (0: all that exist), in the order of their changes, at
   * most `limits.catalogueRows` at a time. Whoever reads on `after` a mark may meet what changed
   * meanwhile; at the end all is read up to the version that the first answer named.
   */
  read(query: { since: number; after?: CatalogueMark }): Promise<CatalogueRead>;
  /** Makes a change; the secrets in it are encrypted before they reach the disk. */
  change(change: CatalogueChange): Promise<CatalogueAnswer>;
  /** The rows of endpoint health that exist. */
  health(): Promise<EndpointHealth[]>;
}
