import type { Event } from '../core/event.ts';
import { compileFilter } from '../core/filter.ts';
import type { CompiledFilter } from '../core/filter.ts';
import type { SubscriptionId, TenantId } from '../core/ids.ts';
import { SubscriptionIndex } from '../core/match-event.ts';
import type { Match } from '../core/match-event.ts';
import type { Subscription } from '../core/subscription.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { StoredResource } from '../store/catalogue.ts';

/** Who wants an event: an index of each tenant's subscriptions, kept level with the mirror. */
export class WantedBy {
  readonly #mirror: CatalogueMirror;
  readonly #byTenant = new Map<TenantId, SubscriptionIndex>();
  readonly #filters = new Map<SubscriptionId, CompiledFilter>();

  constructor(mirror: CatalogueMirror) {
    this.#mirror = mirror;
    for (const each of mirror.list('subscription', null).toReversed()) this.#add(each.value);
    mirror.listen((changed) => this.#follow(changed));
  }

  /** The matches whose endpoint takes deliveries, one for each endpoint. */
  match(event: Event): Match[] {
    const index = this.#byTenant.get(event.tenantId);
    if (index === undefined) return [];
    return index.match(event, (subscription) => this.#lets(subscription, event));
  }

  #lets(subscription: Subscription, event: Event): boolean {
    const endpoint = this.#mirror.get('endpoint', event.tenantId, subscription.endpointId);
    const status = endpoint?.value.status.is;
    if (status !== 'active' && status !== 'paused') return false;
    if (subscription.filter === null) return true;
    const filter = this.#filters.get(subscription.id);
    return filter?.is === 'ok' && filter.evaluate(event).isMatched;
  }

  #follow(changed: readonly StoredResource[]): void {
    for (const each of changed) {
      if (each.kind !== 'subscription') continue;
      this.#remove(each.value);
      if (!each.isRemoved) this.#add(each.value);
    }
  }

  #add(subscription: Subscription): void {
    const { tenantId, id, filter } = subscription;
    const index = this.#byTenant.get(tenantId) ?? new SubscriptionIndex();
    this.#byTenant.set(tenantId, index);
    index.add(subscription);
    if (filter !== null) this.#filters.set(id, compileFilter(filter));
  }

  #remove({ tenantId, id }: Subscription): void {
    this.#byTenant.get(tenantId)?.remove(id);
    this.#filters.delete(id);
  }
}
