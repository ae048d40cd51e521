import type {
  AcceptedSubscriptions,
  NewSubscription,
  Subscription,
  SubscriptionPatch,
  SubscriptionQuery,
} from '../../types/subscriptions.ts';
import type { Pages } from '../pages.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import { Resource } from './resource.ts';

/** Subscriptions: what endpoints want. */
export class Subscriptions extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/subscriptions');
  }

  create(subscription: NewSubscription, options?: RequestOptions): Promise<Subscription> {
    return this.send('POST', this.path(), options, subscription);
  }

  /** Makes many, all or none. */
  createMany(
    subscriptions: readonly NewSubscription[],
    options?: RequestOptions,
  ): Promise<AcceptedSubscriptions> {
    return this.send('POST', this.path('batch'), options, { subscriptions });
  }

  get(id: string, options?: RequestOptions): Promise<Subscription> {
    return this.read(this.path(id), options);
  }

  list(query?: SubscriptionQuery, options?: RequestOptions): Pages<Subscription> {
    return this.pages(this.path(), query, options);
  }

  /** Changes what is named, by JSON Merge Patch. */
  update(id: string, patch: SubscriptionPatch, options?: RequestOptions): Promise<Subscription> {
    return this.send('PATCH', this.path(id), options, patch);
  }

  delete(id: string, options?: RequestOptions): Promise<void> {
    return this.send('DELETE', this.path(id), options);
  }
}
