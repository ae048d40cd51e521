import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredAttempt } from '../../core/attempt.ts';
import type { Chance } from '../../core/clock.ts';
import type { Delivery, DeliveryState, PendingDelivery } from '../../core/delivery.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { Event } from '../../core/event.ts';
import type { DeliveryId, EndpointId } from '../../core/ids.ts';
import { later } from '../../core/instant.ts';
import { createIdMaker } from '../../core/make-id.ts';
import type { Signal } from '../../core/signal.ts';
import type { Destination } from '../../destinations/destination.ts';
import { CatalogueMirror } from '../../store/catalogue-mirror.ts';
import type { Stored } from '../../store/catalogue-mirror.ts';
import type { DeliveryChange, PlannedDelivery } from '../../store/queue.ts';
import { readDelivery, readPending } from '../../store/contract/arrange.ts';
import {
  acme,
  at,
  catalogueWrite,
  endpointResource,
  left,
  plannedDelivery,
  plannedEvent,
} from '../../store/contract/sample.ts';
import { openSqliteInline } from '../../store/sqlite/sqlite-inline.ts';
import type { Store } from '../../store/store.ts';
import { Dispatcher } from '../dispatcher.ts';
import { ScriptedDestination } from './scripted-destination.ts';
import { VirtualTime } from './virtual-time.ts';

/** How a world differs from the plain one. */
export type WorldParts = {
  /** The store that dispatchers are given instead of the plain one. */
  readonly around?: (store: Store) => Store;
  /** Where attempts go instead of the scripted endpoints. */
  readonly destination?: (time: VirtualTime) => Destination;
};

/** What is published: an event, and what is the same in each of its deliveries. */
export type Published = {
  readonly event?: Partial<Event>;
  readonly delivery?: Partial<PlannedDelivery>;
};

/** Half-way jitter, and bytes without surprise. */
const chance: Chance = { sample: () => 0.5, bytes: (count) => new Uint8Array(count).fill(7) };
const masterKey = new Uint8Array(32).fill(1);

/** A dispatcher over the SQLite store in memory and scripted endpoints, on virtual time. */
export class DispatchWorld implements AsyncDisposable {
  readonly time = new VirtualTime(at(0));
  readonly scripted = new ScriptedDestination(this.time);
  readonly signals: Signal[] = [];
  readonly store: Store;
  mirror: CatalogueMirror;
  dispatcher: Dispatcher;
  readonly #parts: WorldParts;
  readonly #destination: Destination;
  readonly #ids = createIdMaker({ clock: this.time, chance });

  private constructor(parts: WorldParts) {
    this.#parts = parts;
    this.#destination = parts.destination?.(this.time) ?? this.scripted;
    const clock = this.time;
    this.store = openSqliteInline({ path: ':memory:', masterKey, clock, chance });
    [this.mirror, this.dispatcher] = this.#begin();
  }

  /** Opens a world whose dispatcher has started. */
  static async open(parts: WorldParts = {}): Promise<DispatchWorld> {
    const world = new DispatchWorld(parts);
    await world.mirror.refresh();
    await world.dispatcher.start();
    return world;
  }

  /** Makes an active endpoint of acme. */
  async endpoint(parts: Partial<Endpoint> = {}): Promise<EndpointId> {
    const resource = endpointResource(parts);
    const writes = [catalogueWrite(resource)];
    const answer = await this.mirror.change({ tenantId: acme, writes, idempotency: null });
    assert.equal(answer.is, 'changed');
    return resource.value.id;
  }

  /** Changes an endpoint as the API would. */
  async changeEndpoint(id: EndpointId, parts: Partial<Endpoint>): Promise<void> {
    const { value, version } = this.stored(id);
    const write = catalogueWrite({ kind: 'endpoint', value: { ...value, ...parts } });
    const writes = [{ ...write, expects: version }];
    const answer = await this.mirror.change({ tenantId: acme, writes, idempotency: null });
    assert.equal(answer.is, 'changed');
  }

  stored(id: EndpointId): Stored<'endpoint'> {
    const found = this.mirror.get('endpoint', acme, id);
    assert.ok(found, `there is no endpoint ${id}`);
    return found;
  }

  /** Has an event accepted for one endpoint and tells the dispatcher; answers its delivery. */
  async publish(endpointId: EndpointId, parts: Published = {}): Promise<DeliveryId> {
    const [id] = await this.publishMany(1, endpointId, parts);
    assert.ok(id);
    return id;
  }

  /** {@link publish}, as many times, in one call of the store. */
  async publishMany(count: number, endpointId: EndpointId, parts: Published = {}) {
    const ids = await this.acceptMany(count, endpointId, parts);
    for (const id of ids) await this.#tell(id);
    return ids;
  }

  /** Has events accepted that the dispatcher is not told of, as from another node. */
  async acceptMany(
    count: number,
    endpointId: EndpointId,
    { event = {}, delivery = {} }: Published = {},
  ): Promise<DeliveryId[]> {
    const now = this.time.now();
    const plans = Array.from({ length: count }, () =>
      plannedEvent({
        event: { time: now, acceptedAt: now, ...event },
        deliveries: [plannedDelivery({ endpointId, dueAt: now, ...delivery })],
        catalogueVersion: this.mirror.version,
      }),
    );
    const answers = await this.store.queue.accept(plans);
    assert.ok(answers.every(({ is }) => is === 'accepted'));
    return plans.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
  }

  /** Retries or cancels a delivery as the API would. */
  async change(deliveryId: DeliveryId, to: DeliveryChange['to']): Promise<void> {
    const change = { tenantId: acme, deliveryId, at: this.time.now(), to };
    const [answer] = await this.store.queue.change([change]);
    assert.equal(answer?.is, 'changed');
    this.dispatcher.changed(deliveryId, answer);
  }

  /** Lets time pass until something holds, within a length of virtual time. */
  async until(holds: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
    const endsAt = later(this.time.now(), withinMs);
    for (;;) {
      await nextTurn();
      if (await holds()) return;
      if (this.scripted !== this.#destination && this.dispatcher.counts().inFlight > 0) continue;
      assert.ok(this.time.step(endsAt), `it did not come to hold within ${withinMs} ms`);
    }
  }

  /** Lets a length of virtual time pass. */
  async pass(lengthMs: number): Promise<void> {
    const endsAt = later(this.time.now(), lengthMs);
    do await nextTurn();
    while (this.time.step(endsAt));
  }

  /** Lets time pass until a delivery has reached a state. */
  async reaches(id: DeliveryId, state: DeliveryState['is'], withinMs = 60_000): Promise<Delivery> {
    await this.until(async () => (await this.delivery(id)).state.is === state, withinMs);
    return this.delivery(id);
  }

  delivery(id: DeliveryId): Promise<Delivery> {
    return readDelivery(this.store, id);
  }

  /** The recorded attempts at a delivery, oldest first. */
  async attempts(deliveryId: DeliveryId): Promise<StoredAttempt[]> {
    const filter = { tenantId: acme, deliveryId };
    const { rows } = await this.store.log.search(filter, { before: null, limit: 500 });
    return rows.toReversed();
  }

  /** How many deliveries of an endpoint stand in a state. */
  async count(endpointId: EndpointId, state: DeliveryState['is']): Promise<number> {
    const filter = { tenantId: acme, endpointId, state };
    let count = 0;
    for (let before = null as Delivery['position'] | null; ;) {
      const page = await this.store.finder.deliveries(filter, { before, limit: 500 });
      count += page.rows.length;
      if (page.next === null) return count;
      before = page.next;
    }
  }

  /** Kills the dispatcher and starts another over the same store. */
  async restart(): Promise<void> {
    this.time.forget();
    [this.mirror, this.dispatcher] = this.#begin();
    await this.mirror.refresh();
    await this.dispatcher.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.time.forget();
    await nextTurn();
    await this.#destination[Symbol.asyncDispose]();
    await this.store[Symbol.asyncDispose]();
  }

  #begin(): [CatalogueMirror, Dispatcher] {
    const store = this.#parts.around?.(this.store) ?? this.store;
    const mirror = new CatalogueMirror(store.catalogue);
    const dispatcher = new Dispatcher({
      ...{ store, mirror, chance, node: left, ids: this.#ids },
      ...{ clock: this.time, timers: this.time, destination: this.#destination },
      emit: (signal) => void this.signals.push(signal),
    });
    return [mirror, dispatcher];
  }

  async #tell(id: DeliveryId): Promise<void> {
    const { state, orderKey, eventPosition, callbackUrl } = await this.delivery(id);
    if (state.is !== 'pending') return;
    // Only a load tells a head from a follower, and what a callback brings.
    const isPlain = orderKey === null && callbackUrl === undefined;
    const head = isPlain ? await readPending(this.store, id) : await this.#loaded(id);
    if (head === undefined) return;
    const positions = [eventPosition];
    const [event] = await this.store.queue.readEvents({ tenantId: acme, positions });
    assert.ok(event);
    this.dispatcher.committed(event, [head]);
  }

  async #loaded(id: DeliveryId): Promise<PendingDelivery | undefined> {
    const { endpointId, state } = await this.delivery(id);
    if (state.is !== 'pending') return undefined;
    const dueBefore = later(state.dueAt, 1);
    const query = { tenantId: acme, endpointId, dueBefore, limit: 1_000 };
    return (await this.store.queue.loadDue(query)).find((each) => each.id === id);
  }
}
