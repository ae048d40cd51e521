import { AckTokens } from '../server/src/core/ack/ack-tokens.ts';
import { limits } from '../server/src/core/limits.ts';
import { createIdMaker } from '../server/src/core/make-id.ts';
import type { IdMaker } from '../server/src/core/make-id.ts';
import type { NodeId } from '../server/src/core/ids.ts';
import type { Signal } from '../server/src/core/signal.ts';
import { Dispatcher } from '../server/src/dispatch/dispatcher.ts';
import { createIngest } from '../server/src/ingest/accept-event.ts';
import { GuardedChanges } from '../server/src/ingest/change-guarded.ts';
import { Entities } from '../server/src/ingest/entities.ts';
import type { Ingest } from '../server/src/ingest/new-event.ts';
import { takeReport } from '../server/src/ingest/take-report.ts';
import type { ReportAnswer, Told } from '../server/src/ingest/take-report.ts';
import { TaskReports } from '../server/src/ingest/task-reports.ts';
import { CatalogueMirror } from '../server/src/store/catalogue-mirror.ts';
import type { Store } from '../server/src/store/store.ts';
import type { SendOrder } from '../server/src/destinations/destination.ts';
import type { Doing } from './fact.ts';
import { linkedStore } from './linked-store.ts';
import { NodeTime } from './node-time.ts';
import type { ClockFaults } from './node-time.ts';
import type { Receivers } from './receivers.ts';
import type { SeededChance } from './seeded-chance.ts';
import { SimulatedDestination } from './simulated-destination.ts';
import type { Fate } from './store-call-fate.ts';
import { StoreLink } from './store-link.ts';
import type { StoreSide } from './store-side.ts';
import type { Arrival } from './fact.ts';
import type { Actor, VirtualTime } from './virtual-time.ts';

/** What a node finds around it. */
export type NodeDeps = {
  readonly time: VirtualTime;
  readonly side: StoreSide;
  readonly receivers: Receivers;
  readonly chance: SeededChance;
  readonly clockFaults: ClockFaults;
  readonly fate: (verb: string) => Fate;
  readonly tell: (life: NodeId, doing: Doing) => void;
  readonly arrived: (arrival: Arrival) => void;
  readonly accepted: (order: SendOrder) => void;
  /** Told what no fault explains. */
  readonly broke: (cause: unknown) => void;
};

/** One life of a node: the real engine over links and clocks that may fail. */
export type Life = {
  readonly id: NodeId;
  readonly actor: Actor;
  readonly time: NodeTime;
  readonly store: Store;
  readonly mirror: CatalogueMirror;
  readonly ids: IdMaker;
  readonly ingest: Ingest;
  readonly tasks: TaskReports;
  readonly entities: Entities;
  readonly dispatcher: Dispatcher;
  readonly ackTokens: AckTokens;
  readonly takeReport: (told: Told) => Promise<ReportAnswer>;
};

/** No task here has a callback. */
const noSeal = { seal: (_: unknown, plain: string) => plain, open: (_: unknown, it: string) => it };
/** All nodes have one master key. */
const ackTokens = new AckTokens(new Uint8Array(32).fill(1));
const restartMs = 1_000;
const drainMs = 4_000;

/** A node that lives, dies and lives again; its engine is the server's. */
export class SimulatedNode {
  readonly name: string;
  readonly #deps: NodeDeps;
  #lifeCount = 0;
  #actor: Actor | null = null;
  #life: Life | null = null;
  #diesForMs = restartMs;

  constructor(name: string, deps: NodeDeps) {
    this.name = name;
    this.#deps = deps;
  }

  /** The life that serves now; null while it is dead or has not started yet. */
  get life(): Life | null {
    return this.#life;
  }

  get isDead(): boolean {
    return this.#actor === null;
  }

  /** Begins a new life; one that cannot start ends, and another one begins later. */
  async start(): Promise<void> {
    this.#lifeCount += 1;
    const id = `node-${this.name}${this.#lifeCount}` as NodeId;
    const actor: Actor = { isDead: false, pausedUntilMs: 0 };
    this.#actor = actor;
    this.#deps.tell(id, { is: 'born' });
    try {
      const life = await this.#engine(id, actor);
      await life.mirror.refresh();
      await life.dispatcher.start();
      this.#life = life;
    } catch (cause) {
      this.#judge(cause);
      this.crash(restartMs);
    }
  }

  /** Ends this life as kill -9 would, and begins another later. */
  crash(downMs: number): void {
    if (this.#actor === null) return;
    const { time, tell } = this.#deps;
    tell(this.#nodeId(), { is: 'died' });
    this.#actor.isDead = true;
    this.#actor = null;
    this.#life = null;
    this.#diesForMs = downMs;
    time.after(this.#diesForMs, () => void this.start());
  }

  /** Ends this life in good order, as a signal would, and begins another later. */
  async restart(downMs: number): Promise<void> {
    const life = this.#life;
    if (life === null) return;
    this.#life = null;
    const { time, tell } = this.#deps;
    const givesUpAtMs = time.nowMs + drainMs + limits.drainRecordsMs;
    tell(life.id, { is: 'draining', givesUpAtMs });
    try {
      await life.dispatcher.drain({ waitMs: drainMs });
    } catch (cause) {
      this.#judge(cause);
    }
    if (this.#actor === life.actor) this.crash(downMs);
  }

  /** Stops everything here for a while, as a stalled machine would. */
  pause(forMs: number): void {
    if (this.#actor === null) return;
    this.#deps.tell(this.#nodeId(), { is: 'paused', forMs });
    this.#actor.pausedUntilMs = this.#deps.time.nowMs + forMs;
  }

  #nodeId(): NodeId {
    return `node-${this.name}${this.#lifeCount}` as NodeId;
  }

  async #engine(id: NodeId, actor: Actor): Promise<Life> {
    const { tell, clockFaults, side } = this.#deps;
    const time = new NodeTime(this.#deps.time, actor, clockFaults);
    const link = new StoreLink({
      ...{ time: this.#deps.time, side, life: id, actor, fate: this.#deps.fate },
      called: (verb, args) => tell(id, { is: 'called', verb, args }),
      crash: () => this.#crashIf(actor),
    });
    const store = linkedStore(await side.open(id), link);
    const mirror = new CatalogueMirror(store.catalogue);
    const chance = this.#deps.chance.fork(id);
    const ids = createIdMaker({ clock: time, chance: chance.fork('ids') });
    const emit = (signal: Signal): void => this.#heed(signal);
    const destination = this.#destination({ id, actor, time, chance });
    const own = { store, mirror, ids, emit, node: id, destination, chance };
    const dispatcher = new Dispatcher({ ...own, ackTokens, clock: time, timers: time });
    const ingest = createIngest({
      ...{ mirror, ids, chance, clock: time, emit, queue: store.queue, finder: store.finder },
      committed: (event, heads, overtaken) => dispatcher.committed(event, heads, overtaken),
      relief: (eventCount) => dispatcher.relief(eventCount),
    });
    const isAlone = !store.capabilities.isShared;
    const around = { ingest, finder: store.finder, clock: time, isAlone };
    const tasks = new TaskReports({ ...around, ids, seal: noSeal, changed: () => undefined });
    const entities = new Entities(new GuardedChanges(around));
    const reporting = { store, mirror, clock: time, chance: chance.fork('reports') };
    return {
      ...{ id, actor, time, store, mirror, ids, ingest, tasks, entities, dispatcher, ackTokens },
      takeReport: (told) =>
        takeReport({ ...reporting, reported: (...said) => dispatcher.reported(...said) }, told),
    };
  }

  #destination(of: { id: NodeId; actor: Actor; time: NodeTime; chance: SeededChance }) {
    const { time, receivers, tell, arrived, accepted } = this.#deps;
    const nodeTime = of.time;
    return new SimulatedDestination({
      ...{ time, nodeTime, actor: of.actor, receivers, arrived, accepted },
      chance: of.chance.fork('network'),
      started: (order) => tell(of.id, { is: 'started', order, nodeNow: nodeTime.now() }),
      ended: (order, outcome) =>
        tell(of.id, { is: 'ended', order, outcome, nodeNow: nodeTime.now() }),
    });
  }

  #crashIf(actor: Actor): void {
    if (this.#actor === actor) this.crash(this.#deps.chance.whole(100, 15_000));
  }

  #heed(signal: Signal): void {
    if (signal.signal === 'step_failed') this.#judge(signal.cause);
  }

  #judge(cause: unknown): void {
    if (!isStoreTrouble(cause)) this.#deps.broke(cause);
  }
}

/** Whether a fault of the plan explains it. */
export function isStoreTrouble(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'store_unavailable';
}
