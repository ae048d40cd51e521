import type { EndpointId, SubscriptionId, TenantId } from '../core/ids.ts';
import type {
  Catalogue,
  CatalogueAnswer,
  CatalogueChange,
  Resource,
  ResourceKind,
  StoredResource,
} from './catalogue.ts';

/** A stored resource of one kind. */
export type Stored<Kind extends ResourceKind> = StoredResource & Extract<Resource, { kind: Kind }>;

/** Told what changed, in the order of the changes. */
export type MirrorListener = (changed: readonly StoredResource[]) => void;

/**
 * The catalogue in memory, read at start and kept level with the store's version. Everything that
 * plans or serves a request looks here; the store refuses plans made from an older version.
 */
export class CatalogueMirror {
  readonly #catalogue: Catalogue;
  readonly #byKind = new Map<ResourceKind, Map<string, StoredResource>>();
  readonly #subscriptionsByTenant = new Map<
    TenantId,
    Map<SubscriptionId, Stored<'subscription'>>
  >();
  readonly #keysByDigest = new Map<string, Stored<'key'>>();
  readonly #listeners = new Set<MirrorListener>();
  #version = 0;
  #reading: Promise<void> | null = null;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** The catalogue version that this mirror has reached. */
  get version(): number {
    return this.#version;
  }

  /** Reads what changed since the version reached; calls that overlap share one read. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Makes a change and shows it here before it answers. */
  async change(change: CatalogueChange): Promise<CatalogueAnswer> {
    const answer = await this.#catalogue.change(change);
    if (answer.is === 'changed') await this.#reach(answer.version);
    return answer;
  }

  /** One resource; with a tenant given, only if it is that tenant's. */
  get<Kind extends ResourceKind>(
    kind: Kind,
    tenantId: TenantId | null,
    id: string,
  ): Stored<Kind> | null {
    const found = this.#byKind.get(kind)?.get(id) as Stored<Kind> | undefined;
    if (found === undefined || found.isRemoved) return null;
    return tenantId === null || tenantOf(found) === tenantId ? found : null;
  }

  /** All resources of a kind that exist, newest first; null for every tenant. */
  list<Kind extends ResourceKind>(kind: Kind, tenantId: TenantId | null): Stored<Kind>[] {
    const all = [...(this.#byKind.get(kind)?.values() ?? [])] as Stored<Kind>[];
    return all
      .filter((each) => tenantId === null || tenantOf(each) === tenantId)
      .toSorted((a, b) => b.position - a.position);
  }

  /** How many resources of a kind exist, all tenants taken together. */
  count(kind: ResourceKind): number {
    return this.#byKind.get(kind)?.size ?? 0;
  }

  /** The subscriptions of a tenant, oldest first. */
  subscriptions(tenantId: TenantId): Iterable<Stored<'subscription'>> {
    return this.#subscriptionsByTenant.get(tenantId)?.values() ?? [];
  }

  /** The subscriptions of one endpoint, oldest first. */
  subscriptionsOf(tenantId: TenantId, endpointId: EndpointId): Stored<'subscription'>[] {
    const all = [...this.subscriptions(tenantId)];
    return all.filter((each) => each.value.endpointId === endpointId);
  }

  /** The key whose text has this digest. */
  keyByDigest(digest: string): Stored<'key'> | null {
    return this.#keysByDigest.get(digest) ?? null;
  }

  /** Calls `listener` after each change until the answer is disposed. */
  listen(listener: MirrorListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  async #reach(version: number): Promise<void> {
    while (this.#version < version) await this.refresh();
  }

  async #read(): Promise<void> {
    const { version, resources } = await this.#catalogue.read({ since: this.#version });
    for (const resource of resources) this.#place(resource);
    this.#version = version;
    for (const listener of this.#listeners) listener(resources);
  }

  #place(resource: StoredResource): void {
    const ofKind = this.#byKind.get(resource.kind) ?? new Map<string, StoredResource>();
    this.#byKind.set(resource.kind, ofKind);
    if (resource.isRemoved) ofKind.delete(resource.value.id);
    else ofKind.set(resource.value.id, resource);
    if (resource.kind === 'subscription') this.#placeSubscription(resource);
    if (resource.kind === 'key') this.#placeKey(resource);
  }

  #placeSubscription(resource: Stored<'subscription'>): void {
    const { tenantId, id } = resource.value;
    const ofTenant = this.#ofTenant(tenantId);
    if (resource.isRemoved) ofTenant.delete(id);
    else ofTenant.set(id, resource);
  }

  #ofTenant(tenantId: TenantId): Map<SubscriptionId, Stored<'subscription'>> {
    const before = this.#subscriptionsByTenant.get(tenantId);
    if (before !== undefined) return before;
    const made = new Map<SubscriptionId, Stored<'subscription'>>();
    this.#subscriptionsByTenant.set(tenantId, made);
    return made;
  }

  #placeKey(resource: Stored<'key'>): void {
    const { digest } = resource.value;
    if (resource.isRemoved) this.#keysByDigest.delete(digest);
    else this.#keysByDigest.set(digest, resource);
  }
}

/**
 * The tenant a resource belongs to; a tenant belongs to itself, an operator's key and an event
 * type to nobody.
 */
function tenantOf(resource: Resource): TenantId | null {
  return resource.kind === 'tenant' ? resource.value.id : resource.value.tenantId;
}
