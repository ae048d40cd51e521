import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Chance, Clock, Timers } from '../../core/clock.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { DeliveryId, EndpointId, NodeId } from '../../core/ids.ts';
import { instant } from '../../core/instant.ts';
import type { Instant } from '../../core/instant.ts';
import { createIdMaker } from '../../core/make-id.ts';
import type { ReplayJob, ReplayRequest } from '../../core/replay.ts';
import type { Signal } from '../../core/signal.ts';
import { WantedBy } from '../../ingest/wanted-by.ts';
import { CatalogueMirror } from '../../store/catalogue-mirror.ts';
import type { Resource } from '../../store/catalogue.ts';
import { makeOne } from '../../store/contract/arrange-replay.ts';
import { holdAll, readPages, recordMoved } from '../../store/contract/arrange.ts';
import { acme, at, catalogueWrite, deadRecord } from '../../store/contract/sample.ts';
import { endpointResource, plannedDelivery, plannedEvent } from '../../store/contract/sample.ts';
import { openSqliteInline } from '../../store/sqlite/sqlite-inline.ts';
import type { Replays } from '../../store/replays.ts';
import type { Store } from '../../store/store.ts';
import { ReplayRuns } from '../replay-runs.ts';

type Timer = { readonly atMs: number; readonly run: () => void };

/** What a test changes about a node that runs replays. */
export type RunsParts = { readonly node?: string; readonly replays?: Replays };

/** The duty over the SQLite store in memory, on a time that only the test moves. */
export class ReplayWorld implements AsyncDisposable {
  readonly store: Store;
  readonly mirror: CatalogueMirror;
  readonly signals: Signal[] = [];
  /** The endpoints that the dispatcher was told of. */
  readonly told: EndpointId[] = [];
  hasRoom = true;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #chance: Chance;
  readonly #ids: ReturnType<typeof createIdMaker>;
  readonly #armed = new Set<Timer>();
  #nowMs: number = at(1_000);

  private constructor() {
    let calls = 0;
    const bytes = (outputLength: number): Uint8Array => {
      calls += 1;
      return createHash('shake256', { outputLength }).update(`${calls}`).digest();
    };
    const now = (): Instant => instant(this.#nowMs);
    this.#clock = { now, monotonicMs: () => this.#nowMs, wallSeconds: () => this.#nowMs / 1_000 };
    this.#chance = { sample: () => 0.5, bytes };
    this.#timers = { after: (delayMs, run) => this.#arm({ atMs: this.#nowMs + delayMs, run }) };
    const engine = { clock: this.#clock, chance: this.#chance };
    this.#ids = createIdMaker(engine);
    const hasRoom = (): boolean => this.hasRoom;
    const masterKey = this.#chance.bytes(32);
    this.store = openSqliteInline({ path: ':memory:', masterKey, ...engine, hasRoom });
    this.mirror = new CatalogueMirror(this.store.catalogue);
  }

  static async open(): Promise<ReplayWorld> {
    const world = new ReplayWorld();
    await world.mirror.refresh();
    return world;
  }

  /** A node that runs replays; it begins at once. */
  runs({ node = 'node-left', replays = this.store.replays }: RunsParts = {}): ReplayRuns {
    const runs = new ReplayRuns({
      ...{ replays, mirror: this.mirror, wanted: new WantedBy(this.mirror), ids: this.#ids },
      ...{ clock: this.#clock, timers: this.#timers, node: node as NodeId },
      emit: (signal) => void this.signals.push(signal),
      made: (endpointIds) => void this.told.push(...endpointIds),
    });
    runs.start();
    return runs;
  }

  /** Lets time pass, and everything happen that falls due meanwhile. */
  async pass(lengthMs: number): Promise<void> {
    const untilMs = this.#nowMs + lengthMs;
    for (let next = this.#next(untilMs); next !== null; next = this.#next(untilMs)) {
      this.#armed.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#nowMs = untilMs;
  }

  /** Ends a node as a crash would: none of its timers ever runs. */
  forgetTimers(): void {
    this.#armed.clear();
  }

  async put(...resources: Resource[]): Promise<void> {
    const writes = resources.map((resource) => catalogueWrite(resource));
    await this.mirror.change({ tenantId: acme, writes, idempotency: null });
  }

  /** Makes an endpoint with so many dead letters, and answers their ids. */
  async dead(count: number): Promise<{ endpointId: EndpointId; ids: DeliveryId[] }> {
    const endpoint = endpointResource();
    await this.put(endpoint);
    const endpointId = endpoint.value.id;
    const plans = Array.from({ length: count }, () => plannedDelivery({ endpointId }));
    const catalogueVersion = this.mirror.version;
    const planned = plans.map((plan) => plannedEvent({ deliveries: [plan], catalogueVersion }));
    await this.store.queue.accept(planned);
    const held = (await holdAll(this.store))(endpointId);
    const query = { tenantId: acme, endpointId, dueBefore: at(1), limit: count };
    for (const delivery of await this.store.queue.loadDue(query)) {
      await recordMoved(this.store, deadRecord(delivery, held));
    }
    return { endpointId, ids: plans.map(({ id }) => id) };
  }

  /** Makes a job of acme that runs. */
  make(request: Partial<ReplayRequest> = {}): Promise<ReplayJob> {
    return makeOne(this.store, { request, createdAt: instant(this.#nowMs) });
  }

  /** A job as it stands. */
  async read({ id }: Pick<ReplayJob, 'id'>): Promise<ReplayJob> {
    const job = await this.store.replays.get({ tenantId: acme, id });
    return job ?? assert.fail(`there is no ${id}`);
  }

  /** What replays have made, oldest first. */
  async made(): Promise<Delivery[]> {
    const filter = { tenantId: acme };
    const all = await readPages(500, (page) => this.store.finder.deliveries(filter, page));
    return all.filter(({ isReplay }) => isReplay).toReversed();
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.store[Symbol.asyncDispose]();
  }

  #arm(timer: Timer): { cancel(): void } {
    this.#armed.add(timer);
    return { cancel: () => void this.#armed.delete(timer) };
  }

  #next(untilMs: number): Timer | null {
    const due = [...this.#armed].filter(({ atMs }) => atMs <= untilMs);
    return due.toSorted((a, b) => a.atMs - b.atMs)[0] ?? null;
  }
}
