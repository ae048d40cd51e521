import type { Event } from '../core/event.ts';
import type { EndpointId, TenantId } from '../core/ids.ts';
import { SubscriptionIndex } from '../core/match-event.ts';
import type { Match } from '../core/match-event.ts';
import type { Subscription } from '../core/subscription.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { StoredResource } from '../store/catalogue.ts';

/** Who wants an event: an index of each tenant's subscriptions, kept level with the mirror. */
export class WantedBy {
  readonly #mirror: CatalogueMirror;
  readonly #byTenant = new Map<TenantId, SubscriptionIndex>();

  constructor(mirror: CatalogueMirror) {
    this.#mirror = mirror;
    for (const each of mirror.all('subscription')) this.#add(each.value);
    mirror.listen((changed) => this.#follow(changed));
  }

  /**
   * The matches whose endpoint takes deliveries, one for each endpoint.
   *
   * @param fields  those of its entity that changed; null when it is not about fields.
   */
  match(event: Event, fields: readonly string[] | null = null): Match[] {
    const index = this.#byTenant.get(event.tenantId);
    if (index === undefined) return [];
    if (fields === null) return index.match(event, this.#takesDeliveries);
    return index.match(
      event,
      (subscription) => wantsFields(subscription, fields) && this.#takesDeliveries(subscription),
    );
  }

  readonly #takesDeliveries = ({ tenantId, endpointId }: Subscription): boolean =>
    takesDeliveries(this.#mirror, tenantId, endpointId);

  #follow(changed: readonly StoredResource[]): void {
    for (const each of changed) {
      if (each.kind !== 'subscription') continue;
      this.#byTenant.get(each.value.tenantId)?.remove(each.value.id);
      if (!each.isRemoved) this.#add(each.value);
    }
  }

  #add(subscription: Subscription): void {
    const index = this.#byTenant.get(subscription.tenantId) ?? new SubscriptionIndex();
    this.#byTenant.set(subscription.tenantId, index);
    index.add(subscription);
  }
}

function wantsFields({ fields }: Subscription, changed: readonly string[]): boolean {
  return fields === undefined || changed.some((field) => fields.includes(field));
}

/** Whether deliveries are made for an endpoint: it exists, and is active or paused. */
export function takesDeliveries(
  mirror: CatalogueMirror,
  tenantId: TenantId,
  endpointId: EndpointId,
): boolean {
  const status = mirror.get('endpoint', tenantId, endpointId)?.value.status.is;
  return status === 'active' || status === 'paused';
}
