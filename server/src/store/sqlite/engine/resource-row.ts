import type { AlertDefaults, AlertSettings } from '../../../core/alert/contact.ts';
import type { Endpoint, SigningSecret } from '../../../core/endpoint.ts';
import type { Position } from '../../../core/ids.ts';
import { maskedUrl } from '../../../core/masked-url.ts';
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

/** The secret parts of an endpoint. Contacts may hold the URL of a Slack hook. */
type EndpointSecrets = Pick<AlertSettings, 'contacts'> & {
  readonly secrets: Endpoint['secrets'];
  readonly headerValues: readonly string[];
  /** Only where the open one is masked. */
  readonly url?: string;
};

/** An endpoint without its secret parts; its headers keep their names. */
type OpenEndpoint = Omit<Endpoint, 'secrets' | 'headers' | 'contacts'> & {
  readonly headerNamesInOrder: readonly string[];
};

/** The secret parts of a tenant; one written by an older program is the callback secret itself. */
type TenantSecrets = Pick<Tenant, 'callbackSecret' | 'contacts'>;

type Split = { readonly open: object; readonly hidden: object | null };

/** Splits a resource into the text that lies open and the bytes that do not. */
export function sealResource(
  resource: Resource,
  sealer: Sealer,
): { readonly open: string; readonly sealed: Uint8Array | null } {
  const { open, hidden } = split(resource);
  if (hidden === null) return { open: JSON.stringify(open), sealed: null };
  const plain = Buffer.from(JSON.stringify(hidden));
  const sealed = sealer.seal(placeOf(resource.kind, resource.value.id), plain);
  return { open: JSON.stringify(open), sealed };
}

function split(resource: Resource): Split {
  const { kind, value } = resource;
  if (kind === 'endpoint') return splitEndpoint(value);
  if (kind === 'tenant') {
    const { callbackSecret, contacts, ...open } = value;
    const isOpen = callbackSecret === undefined && contacts === undefined;
    return { open, hidden: isOpen ? null : { callbackSecret, contacts } };
  }
  if (kind !== 'alertDefaults') return { open: value, hidden: null };
  const { contacts, ...open } = value;
  return { open, hidden: contacts === undefined ? null : { contacts } };
}

function splitEndpoint({ secrets, headers, contacts, ...rest }: Endpoint): Split {
  const url = maskedUrl(rest.url);
  const open: OpenEndpoint = { ...rest, url, headerNamesInOrder: headers.map(([name]) => name) };
  const hidden: EndpointSecrets = {
    secrets,
    headerValues: headers.map(([, value]) => value),
    ...(contacts === undefined ? {} : { contacts }),
    ...(url === rest.url ? {} : { url: rest.url }),
  };
  return { open, hidden };
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
  if (sealed === null) return { kind, value } as Resource;
  const plain = Buffer.from(sealer.open(placeOf(kind, id), sealed)).toString();
  const hidden: unknown = JSON.parse(plain);
  if (kind === 'endpoint') {
    return { kind, value: joinEndpoint(value as OpenEndpoint, hidden as EndpointSecrets) };
  }
  if (kind === 'tenant') {
    return { kind, value: { ...(value as Tenant), ...tenantSecrets(hidden as TenantSecrets) } };
  }
  const defaults = { ...(value as AlertDefaults), ...(hidden as AlertSettings) };
  return { kind: 'alertDefaults', value: defaults };
}

function joinEndpoint({ headerNamesInOrder, ...rest }: OpenEndpoint, hidden: EndpointSecrets) {
  const { headerValues, ...others } = hidden;
  const headers = headerNamesInOrder.map((name, at) => [name, headerValues[at] ?? ''] as const);
  return { ...rest, headers, ...others };
}

function tenantSecrets(hidden: TenantSecrets | SigningSecret): TenantSecrets {
  return 'text' in hidden ? { callbackSecret: hidden } : hidden;
}

function placeOf(kind: ResourceKind, id: string): SealedPlace {
  return { table: 'resources', column: 'sealed', row: [kind, id] };
}
