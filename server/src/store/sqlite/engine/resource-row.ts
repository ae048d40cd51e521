import type { Endpoint, SigningSecret } from '../../../core/endpoint.ts';
import type { Position } from '../../../core/ids.ts';
import type { Tenant } from '../../../core/tenant.ts';
import type { Resource, ResourceKind, StoredResource } from '../../catalogue.ts';
import type { Sealer, SealedPlace } from './sealer.ts';

/** A resource as stored: what may be read, and what is encrypted. */
export type ResourceRow = {
  kind: ResourceKind;
  id: string;
  tenant: string | null;
  version: number;
  catalogue_version: number;
  change_index: number;
  position: number;
  is_removed: number;
  open: string;
  sealed: Uint8Array | null;
};

/** The secret parts of an endpoint. */
type EndpointSecrets = {
  readonly secrets: Endpoint['secrets'];
  readonly headerValues: readonly string[];
};

/** An endpoint without its secret parts; its headers keep their names. */
type OpenEndpoint = Omit<Endpoint, 'secrets' | 'headers'> & {
  readonly headerNamesInOrder: readonly string[];
};

/** Splits a resource into the text that lies open and the bytes that do not. */
export function sealResource(
  resource: Resource,
  sealer: Sealer,
): { readonly open: string; readonly sealed: Uint8Array | null } {
  if (resource.kind === 'tenant') return sealTenant(resource.value, sealer);
  if (resource.kind !== 'endpoint') return { open: JSON.stringify(resource.value), sealed: null };
  const { secrets, headers, ...rest } = resource.value;
  const open: OpenEndpoint = { ...rest, headerNamesInOrder: headers.map(([name]) => name) };
  const hidden: EndpointSecrets = { secrets, headerValues: headers.map(([, value]) => value) };
  const plain = Buffer.from(JSON.stringify(hidden));
  const sealed = sealer.seal(placeOf(resource.kind, resource.value.id), plain);
  return { open: JSON.stringify(open), sealed };
}

function sealTenant({ callbackSecret, ...open }: Tenant, sealer: Sealer) {
  if (callbackSecret === undefined) return { open: JSON.stringify(open), sealed: null };
  const plain = Buffer.from(JSON.stringify(callbackSecret));
  return { open: JSON.stringify(open), sealed: sealer.seal(placeOf('tenant', open.id), plain) };
}

/** Puts the two parts together again; throws when the sealed one was tampered with. */
export function toStoredResource(row: ResourceRow, sealer: Sealer): StoredResource {
  return {
    ...toResource(row, sealer),
    version: row.version,
    catalogueVersion: row.catalogue_version,
    position: row.position as Position,
    isRemoved: row.is_removed === 1,
  };
}

function toResource({ kind, id, open, sealed }: ResourceRow, sealer: Sealer): Resource {
  const value: unknown = JSON.parse(open);
  if (kind === 'tenant' && sealed !== null) {
    const plain = Buffer.from(sealer.open(placeOf(kind, id), sealed));
    const callbackSecret = JSON.parse(plain.toString()) as SigningSecret;
    return { kind, value: { ...(value as Tenant), callbackSecret } };
  }
  if (kind !== 'endpoint') return { kind, value } as Resource;
  const plain = Buffer.from(sealer.open(placeOf(kind, id), sealed ?? new Uint8Array()));
  const { headerNamesInOrder, ...rest } = value as OpenEndpoint;
  const { secrets, headerValues } = JSON.parse(plain.toString()) as EndpointSecrets;
  const headers = headerNamesInOrder.map((name, at) => [name, headerValues[at] ?? ''] as const);
  return { kind, value: { ...rest, headers, secrets } };
}

function placeOf(kind: ResourceKind, id: string): SealedPlace {
  return { table: 'resources', column: 'sealed', row: [kind, id] };
}
