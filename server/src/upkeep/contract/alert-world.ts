import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Attempt } from '../../core/attempt.ts';
import type { Chance, Clock } from '../../core/clock.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { EndpointId, EventId, TenantId } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import { createIdMaker } from '../../core/make-id.ts';
import type { Signal } from '../../core/signal.ts';
import { createIngest } from '../../ingest/accept-event.ts';
import { CatalogueMirror } from '../../store/catalogue-mirror.ts';
import type { AlertBook } from '../../store/alert-book.ts';
import type { Resource, ResourceKind } from '../../store/catalogue.ts';
import { acceptOne, holdAll, loadAll, recordMoved } from '../../store/contract/arrange.ts';
import { acme, at, attemptRecord, failed503, failedRecord } from '../../store/contract/sample.ts';
import { endpointResource, plannedDelivery, plannedEvent } from '../../store/contract/sample.ts';
import { sampleAttempt, subscriptionResource } from '../../store/contract/sample.ts';
import type { AttemptRecord } from '../../store/queue.ts';
import { openSqliteInline } from '../../store/sqlite/sqlite-inline.ts';
import type { Store } from '../../store/store.ts';
import { AlertRound } from '../alert-round.ts';

/** An alert as it was accepted: its type, its data, and to whom it goes. */
export type Told = {
  readonly id: EventId;
  readonly type: string;
  readonly tenantId: TenantId;
  readonly data: Record<string, unknown>;
  readonly to: readonly EndpointId[];
};

type Parts = Partial<Attempt> & { readonly type?: string };

const chance: Chance = { sample: () => 0.5, bytes: (count) => randomBytes(count) };
const masterKey = new Uint8Array(32).fill(1);

/** The duty over the SQLite store in memory, with a clock that a test turns. */
export class AlertWorld implements AsyncDisposable {
  readonly signals: Signal[] = [];
  readonly store: Store;
  readonly mirror: CatalogueMirror;
  #now = 0;

  private constructor(store: Store) {
    this.store = store;
    this.mirror = new CatalogueMirror(store.catalogue);
  }

  /** A world whose alerts have begun, so that what happens from now on counts. */
  static async open(): Promise<{ world: AlertWorld; round: AlertRound } & AsyncDisposable> {
    const clock = { now: () => world.now, monotonicMs: () => 0 };
    const store = openSqliteInline({ path: ':memory:', masterKey, clock, chance });
    const world = new AlertWorld(store);
    await world.mirror.refresh();
    const round = world.round();
    await round.run();
    return { world, round, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
  }

  get now(): Instant {
    return at(this.#now);
  }

  wait(ms: number): void {
    this.#now += ms;
  }

  /** The duty as a node begins it, with nothing in memory. */
  round(book: AlertBook = this.store.alerts): AlertRound {
    const clock: Clock = { now: () => this.now, monotonicMs: () => 0, wallSeconds: () => 0 };
    const { mirror, store } = this;
    const emit = (signal: Signal): void => void this.signals.push(signal);
    const ids = createIdMaker({ clock, chance });
    const { queue, finder, log } = store;
    const none = { committed: () => undefined, relief: () => null };
    const ingest = createIngest({ queue, finder, mirror, ids, clock, chance, emit, ...none });
    return new AlertRound({ book, log, ingest, mirror, clock, emit });
  }

  async put(resource: Resource): Promise<void> {
    const { kind, value } = resource;
    const found = this.mirror.get<ResourceKind>(kind, null, value.id);
    const expects = found?.version ?? null;
    const writes = [{ resource, expects, remove: false }];
    const answer = await this.mirror.change({ tenantId: null, writes, idempotency: null });
    assert.equal(answer.is, 'changed');
  }

  async endpoint(parts: Partial<Endpoint> = {}): Promise<EndpointId> {
    const resource = endpointResource(parts);
    await this.put(resource);
    return resource.value.id;
  }

  /** An endpoint that subscribes to what Posthorn says of itself. */
  async listener(parts: Partial<Endpoint> = {}): Promise<EndpointId> {
    const endpointId = await this.endpoint(parts);
    const tenantId = parts.tenantId ?? acme;
    await this.put(subscriptionResource({ endpointId, tenantId, types: ['posthorn.*'] }));
    return endpointId;
  }

  /** Records attempts that failed just now, after which the delivery waits. */
  async fail(endpointId: EndpointId, count = 1, parts: Parts = {}): Promise<void> {
    for (let each = 0; each < count; each += 1) {
      await this.#record(endpointId, parts, (delivery, held, attempt) => {
        const failure = { ...attempt, ...failed503, ...parts };
        return { ...failedRecord(delivery, held, at(9e9)), attempt: failure, at: this.now };
      });
    }
  }

  async succeed(endpointId: EndpointId, parts: Parts = {}): Promise<void> {
    await this.#record(endpointId, parts, (delivery, held, attempt) =>
      attemptRecord(delivery, held, { attempt, at: this.now }),
    );
  }

  /** Records that a delivery died just now, without an attempt unless one is given. */
  async bury(endpointId: EndpointId, parts: Partial<AttemptRecord> = {}): Promise<void> {
    await this.#record(endpointId, {}, (delivery, held) => {
      const next = { is: 'dead', reason: 'expired', holdsKey: false } as const;
      return attemptRecord(delivery, held, { attempt: null, next, at: this.now, ...parts });
    });
  }

  /** What was raised so far, oldest first. */
  async told(tenantId: TenantId = acme): Promise<Told[]> {
    const { rows } = await this.store.finder.events({ tenantId }, { before: null, limit: 500 });
    const own = rows.filter(({ source }) => source === 'posthorn').toReversed();
    return Promise.all(own.map((each) => this.#toldOf(each)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
  }

  async #toldOf({ id, tenantId }: { id: EventId; tenantId: TenantId }): Promise<Told> {
    const event = await this.store.finder.event({ tenantId, id });
    assert.ok(event);
    const page = { before: null, limit: 500 };
    const { rows } = await this.store.finder.deliveries({ tenantId, eventId: id }, page);
    const data = JSON.parse(Buffer.from(event.data).toString()) as Told['data'];
    return { id, type: event.type, tenantId, data, to: rows.map(({ endpointId }) => endpointId) };
  }

  async #record(
    endpointId: EndpointId,
    { type = 'task.completed' }: Parts,
    recordOf: (
      delivery: Parameters<typeof attemptRecord>[0],
      held: Parameters<typeof attemptRecord>[1],
      attempt: Attempt,
    ) => AttemptRecord,
  ): Promise<void> {
    const { store, now } = this;
    const plan = plannedDelivery({ endpointId, dueAt: now });
    const catalogueVersion = this.mirror.version;
    const event = { type, acceptedAt: now };
    await acceptOne(store, plannedEvent({ event, deliveries: [plan], catalogueVersion }));
    const held = (await holdAll(store))(endpointId);
    const delivery = (await loadAll(store, endpointId)).find(({ id }) => id === plan.id);
    assert.ok(delivery);
    const attempt = sampleAttempt(delivery, { eventType: type, startedAt: now });
    await recordMoved(store, recordOf(delivery, held, attempt));
  }
}
