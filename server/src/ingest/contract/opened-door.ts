import assert from 'node:assert/strict';
import type { Chance, Clock } from '../../core/clock.ts';
import type { PendingDelivery } from '../../core/delivery.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { EndpointId } from '../../core/ids.ts';
import { createIdMaker } from '../../core/make-id.ts';
import type { Signal } from '../../core/signal.ts';
import type { Subscription } from '../../core/subscription.ts';
import { CatalogueMirror } from '../../store/catalogue-mirror.ts';
import type { CatalogueWrite } from '../../store/catalogue.ts';
import {
  acme,
  at,
  bytes,
  catalogueWrite,
  endpointResource,
  subscriptionResource,
} from '../../store/contract/sample.ts';
import { openSqliteInline } from '../../store/sqlite/sqlite-inline.ts';
import type { Store } from '../../store/store.ts';
import { createIngest } from '../accept-event.ts';
import type { Accepted, Ingest, NewEvent } from '../new-event.ts';

/** What the dispatcher is told of. */
export type Told = { readonly event: StoredEvent; readonly heads: readonly PendingDelivery[] };

/** How a door differs from the plain one. */
export type DoorParts = {
  readonly around?: (store: Store) => Store;
  readonly hasRoom?: () => boolean;
};

const clock: Clock = { now: () => at(0), monotonicMs: () => 0, wallSeconds: () => 0 };
const chance: Chance = { sample: () => 0.5, bytes: (count) => new Uint8Array(count).fill(7) };
const masterKey = new Uint8Array(32).fill(1);

/** An event as somebody publishes it, with nothing but a type and data. */
export function newEvent(parts: Partial<NewEvent> = {}): NewEvent {
  return {
    id: null,
    type: 'task.completed',
    data: bytes('{"n":1.0}'),
    contentType: 'application/json',
    ...{ time: null, deliverAt: null, source: null, key: null, entity: null },
    ...{ correlationId: null, causationId: null, metadata: null, ceId: null, callback: null },
    ...parts,
  };
}

/** The one door over the SQLite store in memory, for a clock that stands still. */
export class OpenedDoor implements AsyncDisposable {
  readonly told: Told[] = [];
  readonly signals: Signal[] = [];
  readonly store: Store;
  readonly mirror: CatalogueMirror;
  readonly ingest: Ingest;

  private constructor(store: Store, mirror: CatalogueMirror) {
    this.store = store;
    this.mirror = mirror;
    const { queue, finder } = store;
    this.ingest = createIngest({
      ...{ queue, finder, mirror, clock, chance, ids: createIdMaker({ clock, chance }) },
      emit: (signal) => void this.signals.push(signal),
      committed: (event, heads) => void this.told.push({ event, heads }),
      relief: () => null,
    });
  }

  static async open({ around, ...parts }: DoorParts = {}): Promise<OpenedDoor> {
    const plain = openSqliteInline({ path: ':memory:', masterKey, clock, chance, ...parts });
    const store = around?.(plain) ?? plain;
    const mirror = new CatalogueMirror(store.catalogue);
    await mirror.refresh();
    return new OpenedDoor(store, mirror);
  }

  /** Makes an endpoint with one subscription, as this node's API would. */
  async subscribe(
    subscription: Partial<Subscription> = {},
    endpoint: Partial<Endpoint> = {},
  ): Promise<EndpointId> {
    const [id, writes] = subscribed(subscription, endpoint);
    const answer = await this.mirror.change({ tenantId: acme, writes, idempotency: null });
    assert.equal(answer.is, 'changed');
    return id;
  }

  /** The same, made by another node, so that the mirror has not heard of it. */
  async subscribeElsewhere(): Promise<EndpointId> {
    const [id, writes] = subscribed({}, {});
    await this.store.catalogue.change({ tenantId: acme, writes, idempotency: null });
    return id;
  }

  /** Publishes one event of acme. */
  async publish(parts: Partial<NewEvent> = {}): Promise<Accepted> {
    const [answer] = await this.ingest.accept(acme, [newEvent(parts)]);
    assert.ok(answer);
    return answer;
  }

  /** Publishes one and insists that it was accepted; answers what the dispatcher was told. */
  async accepted(parts: Partial<NewEvent> = {}): Promise<Told> {
    const answer = await this.publish(parts);
    assert.equal(answer.is, 'accepted');
    const told = this.told.at(-1);
    assert.ok(told);
    return told;
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.store[Symbol.asyncDispose]();
  }
}

function subscribed(
  subscription: Partial<Subscription>,
  endpoint: Partial<Endpoint>,
): [EndpointId, CatalogueWrite[]] {
  const made = endpointResource(endpoint);
  const wish = subscriptionResource({ endpointId: made.value.id, ...subscription });
  return [made.value.id, [catalogueWrite(made), catalogueWrite(wish)]];
}
