import type { EntityRef } from './event.ts';
import type { Subscription } from './subscription.ts';

/** Those that stand in one place: most often one, which then costs no set. */
type Bucket = Subscription | Set<Subscription>;

/** What wants one pattern, by how much of an entity it wants. */
type Scopes = { all: Bucket | null; readonly types: Map<string, EntityScopes> };
type EntityScopes = { all: Bucket | null; readonly ids: Map<string, Bucket> };

/**
 * Subscriptions by pattern, by type of entity, by entity. No name is put together for a place, so
 * that a million of them cost little, and a look-up is as quick as among ten.
 */
export class SubscriptionPlaces {
  readonly #byPattern = new Map<string, Scopes>();

  add(subscription: Subscription): void {
    const { types, entity } = subscription;
    for (const pattern of types) {
      const scopes: Scopes = this.#byPattern.get(pattern) ?? { all: null, types: new Map() };
      this.#byPattern.set(pattern, scopes);
      if (entity === null) {
        scopes.all = joined(scopes.all, subscription);
        continue;
      }
      const ofType: EntityScopes = scopes.types.get(entity.type) ?? { all: null, ids: new Map() };
      scopes.types.set(entity.type, ofType);
      if (entity.id === null) ofType.all = joined(ofType.all, subscription);
      else ofType.ids.set(entity.id, joined(ofType.ids.get(entity.id) ?? null, subscription));
    }
  }

  /** Leaves out what was added, the very same object. */
  remove(subscription: Subscription): void {
    for (const pattern of subscription.types) {
      const scopes = this.#byPattern.get(pattern);
      if (scopes === undefined) continue;
      removeFrom(scopes, subscription);
      if (scopes.all === null && scopes.types.size === 0) this.#byPattern.delete(pattern);
    }
  }

  /** Adds to `found` what wants one of the patterns and all, the entity's type, or the entity. */
  find(patterns: readonly string[], entity: EntityRef | null, found: Set<Subscription>): void {
    for (const pattern of patterns) {
      const scopes = this.#byPattern.get(pattern);
      if (scopes === undefined) continue;
      take(scopes.all, found);
      if (entity === null) continue;
      const ofType = scopes.types.get(entity.type);
      if (ofType === undefined) continue;
      take(ofType.all, found);
      take(ofType.ids.get(entity.id) ?? null, found);
    }
  }
}

function removeFrom(scopes: Scopes, subscription: Subscription): void {
  const { entity } = subscription;
  if (entity === null) {
    scopes.all = left(scopes.all, subscription);
    return;
  }
  const ofType = scopes.types.get(entity.type);
  if (ofType === undefined) return;
  if (entity.id === null) ofType.all = left(ofType.all, subscription);
  else {
    const bucket = left(ofType.ids.get(entity.id) ?? null, subscription);
    if (bucket === null) ofType.ids.delete(entity.id);
    else ofType.ids.set(entity.id, bucket);
  }
  if (ofType.all === null && ofType.ids.size === 0) scopes.types.delete(entity.type);
}

function joined(bucket: Bucket | null, subscription: Subscription): Bucket {
  if (bucket === null) return subscription;
  return bucket instanceof Set ? bucket.add(subscription) : new Set([bucket, subscription]);
}

function left(bucket: Bucket | null, subscription: Subscription): Bucket | null {
  if (!(bucket instanceof Set)) return bucket === subscription ? null : bucket;
  bucket.delete(subscription);
  return bucket.size === 0 ? null : bucket;
}

function take(bucket: Bucket | null, found: Set<Subscription>): void {
  if (bucket instanceof Set) for (const each of bucket) found.add(each);
  else if (bucket !== null) found.add(bucket);
}
