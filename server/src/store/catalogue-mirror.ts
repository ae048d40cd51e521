import type { EndpointId, SubscriptionId, TenantId } from '../core/ids.ts';
import { LeanSubscriptions } from './lean-subscription.ts';
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
  readonly #lean = new LeanSubscriptions();
  readonly #ofEndpoints = new Map<EndpointId, Map<SubscriptionId, Stored<'subscription'>>>();
  /** Those that want more than one entity's events, or one type of entity's. */
  readonly #broad = new Map<TenantId, Map<SubscriptionId, Stored<'subscription'>>>();
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

  /** All of every tenant, in no order and without a copy, for what there may be a million of. */
  all<Kind extends ResourceKind>(kind: Kind): Iterable<Stored<Kind>> {
    return (this.#byKind.get(kind)?.values() ?? []) as Iterable<Stored<Kind>>;
  }

  /** The subscriptions of a tenant that are about no entity, oldest first. */
  broadSubscriptions(tenantId: TenantId): Iterable<Stored<'subscription'>> {
    return this.#broad.get(tenantId)?.values() ?? [];
  }

  /** The subscriptions of one endpoint, oldest first; at most `limit`. */
  subscriptionsOf(endpointId: EndpointId, limit: number): Stored<'subscription'>[] {
    const some: Stored<'subscription'>[] = [];
    for (const each of this.#ofEndpoints.get(endpointId)?.values() ?? []) {
      if (some.length >= limit) break;
      some.push(each);
    }
    return some;
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
    const since = this.#version;
    let read = await this.#catalogue.read({ since });
    const { version } = read;
    for (
      ;
      read.next !== undefined;
      read = await this.#catalogue.read({ since, after: read.next })
    ) {
      this.#tell(this.#placed(read.resources));
    }
    const last = this.#placed(read.resources);
    // What later pages brought from after it is read once more; planning by less is but refused.
    this.#version = version;
    this.#tell(last);
  }

  #tell(changed: readonly StoredResource[]): void {
    for (const listener of this.#listeners) listener(changed);
  }

  #placed(resources: readonly StoredResource[]): StoredResource[] {
    const lean = resources.map((each) =>
      each.kind === 'subscription' ? { ...each, value: this.#lean.of(each.value) } : each,
    );
    for (const resource of lean) this.#place(resource);
    return lean;
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
    const { tenantId, endpointId, entity } = resource.value;
    put(this.#ofEndpoints, endpointId, resource);
    if (entity === null) put(this.#broad, tenantId, resource);
    else leave(this.#broad, tenantId, resource);
  }

  #placeKey(resource: Stored<'key'>): void {
    const { digest } = resource.value;
    if (resource.isRemoved) this.#keysByDigest.delete(digest);
    else this.#keysByDigest.set(digest, resource);
  }
}

type Grouped<Name> = Map<Name, Map<SubscriptionId, Stored<'subscription'>>>;

function put<Name>(groups: Grouped<Name>, name: Name, resource: Stored<'subscription'>): void {
  if (resource.isRemoved) {
    leave(groups, name, resource);
    return;
  }
  const group = groups.get(name) ?? new Map<SubscriptionId, Stored<'subscription'>>();
  groups.set(name, group.set(resource.value.id, resource));
}

function leave<Name>(groups: Grouped<Name>, name: Name, { value }: Stored<'subscription'>): void {
  const group = groups.get(name);
  group?.delete(value.id);
  if (group?.size === 0) groups.delete(name);
}

/**
 * The tenant a resource belongs to; a tenant belongs to itself, an operator's key and an event
 * type to nobody.
 */
function tenantOf(resource: Resource): TenantId | null {
  return resource.kind === 'tenant' ? resource.value.id : resource.value.tenantId;
}
