import { instant } from '../server/src/core/instant.ts';
import { createIdMaker } from '../server/src/core/make-id.ts';
import { drawFate, drawFaults, drawTroubles, unreachable } from './fault-plan.ts';
import type { Faults, Trouble } from './fault-plan.ts';
import type { Fact } from './fact.ts';
import type { History } from './history.ts';
import { beginsAtMs } from './node-time.ts';
import type { ClockFaults } from './node-time.ts';
import { Operator } from './operator.ts';
import { Publisher } from './publisher.ts';
import { ReceiverReports } from './receiver-reports.ts';
import { Receivers } from './receivers.ts';
import { ReferenceSide } from './reference-side.ts';
import { ReportPublisher } from './report-publisher.ts';
import { addressOf, drawScene } from './scene.ts';
import type { Place } from './scene.ts';
import { SeededChance } from './seeded-chance.ts';
import { SimulatedNode } from './simulated-node.ts';
import { SqliteSide } from './sqlite-side.ts';
import type { StoreSide } from './store-side.ts';
import { VirtualTime } from './virtual-time.ts';

/** How a world is made. */
export type WorldPlan = {
  readonly seed: number;
  /** Two nodes over the reference store, or one over SQLite. */
  readonly store: 'reference' | 'sqlite';
  /** How long there is trouble. */
  readonly troubleMs: number;
};

const setUpMs = 1_000;
const skewMostMs = 500;
/** Some worlds get more events at once than a lane may hold. */
const burstShare = 0.04;
const burstEvents = 300;

/** Nodes, a store, receivers, a publisher and an operator, all from one seed. */
export class World {
  readonly time = new VirtualTime();
  readonly history: History;
  readonly nodes: readonly SimulatedNode[];
  readonly receivers: Receivers;
  readonly places: readonly Place[];
  readonly operator: Operator;
  readonly side: StoreSide;
  readonly #publisher: Publisher;
  readonly #reports: ReportPublisher;
  readonly #receiverReports: ReceiverReports;
  readonly #clocks: ClockFaults[];
  readonly #plan: WorldPlan;
  readonly #chance: SeededChance;
  readonly #faults: Faults;
  readonly #cutOffUntilMs: number[] = [];
  #isFaulty = false;
  #callCount = 0;

  constructor(plan: WorldPlan, history: History) {
    const chance = new SeededChance(plan.seed);
    const { time } = this;
    this.#plan = plan;
    this.#chance = chance;
    this.#faults = drawFaults(chance.fork('faults'));
    this.history = history;
    this.receivers = new Receivers(chance.fork('receivers'));
    this.places = this.#drawPlaces();
    const tell = (life: string, what: object): void => {
      this.#add({ life, atMs: time.nowMs, ...what } as Fact);
    };
    const isShared = plan.store === 'reference';
    this.side = isShared ? new ReferenceSide(time, tell) : new SqliteSide(time, tell);
    const count = isShared ? 2 : 1;
    this.#clocks = Array.from({ length: count }, (_, index) => this.#drawClock(index));
    this.nodes = this.#clocks.map((clockFaults, index) => this.#node(index, clockFaults, tell));
    const broke = (cause: unknown): void => this.#broke(cause);
    const shared = { time, nodes: this.nodes, tell, broke };
    this.#publisher = new Publisher({ ...shared, chance: chance.fork('publisher') });
    this.#reports = new ReportPublisher({ ...shared, chance: chance.fork('report publisher') });
    const reporters = chance.fork('receiver reports');
    this.#receiverReports = new ReceiverReports({ ...shared, chance: reporters });
    const { places } = this;
    const { ledger } = this.history;
    this.operator = new Operator({ ...shared, chance: chance.fork('operator'), places, ledger });
  }

  /** Whether something is still being reported. */
  get isReporting(): boolean {
    return this.#reports.isBusy;
  }

  get callCount(): number {
    return this.#callCount;
  }

  /** Starts the nodes, makes the endpoints, and lays out all that will happen. */
  begin(): void {
    for (const node of this.nodes) this.time.after(0, () => void node.start());
    for (const place of this.places) this.time.after(setUpMs / 2, () => void this.#make(place));
    this.#layOut('events', 1_500, () => void this.#publisher.publish());
    if (this.#chance.fork('reporters').hits(0.6)) {
      this.#layOut('reports', 700, () => void this.#reports.act());
    }
    const bursts = this.#chance.fork('bursts');
    if (bursts.hits(burstShare)) {
      const atMs = bursts.whole(setUpMs, this.#plan.troubleMs);
      this.time.after(atMs, () => void this.#publisher.publish(burstEvents));
    }
    if (this.#chance.fork('operators').hits(0.7)) {
      this.#layOut('changes', 8_000, () => void this.operator.changeOne());
      this.#layOut('deliveries', 6_000, () => void this.operator.changeDelivery());
    }
    this.time.after(setUpMs, () => {
      this.#isFaulty = true;
    });
    const until = { fromMs: setUpMs, untilMs: this.#plan.troubleMs, nodes: this.nodes.length };
    for (const trouble of drawTroubles(this.#chance.fork('troubles'), this.#faults, until)) {
      this.time.after(trouble.atMs, () => this.#trouble(trouble));
    }
  }

  /** Ends all trouble: from here on everything must come to its end. */
  heal(): void {
    this.#isFaulty = false;
    this.#reports.stop();
    this.side.fillDisk(false);
    this.receivers.heal();
    this.#receiverReports.heal();
  }

  /** Holds what each node has in memory against the laws. */
  count(): void {
    for (const { life } of this.nodes) {
      if (life === null) continue;
      const { held, inFlight, unrecorded } = life.dispatcher.counts();
      const counted = { is: 'counted', held, inFlight, unrecorded } as const;
      this.#add({ life: life.id, atMs: this.time.nowMs, ...counted });
    }
  }

  /** Adds a fact that has no node. */
  note(fact: Fact): void {
    this.#add(fact);
  }

  #add(fact: Fact): void {
    if (fact.is === 'called') this.#callCount += 1;
    this.history.add(fact);
  }

  #drawPlaces(): Place[] {
    const chance = this.#chance.fork('scene');
    const clock = { now: () => instant(beginsAtMs), monotonicMs: () => 0, wallSeconds: () => 0 };
    const ids = createIdMaker({ clock, chance: chance.fork('ids') });
    const places = drawScene(chance, ids, this.#plan.troubleMs);
    for (const [index, { spells }] of places.entries()) {
      this.receivers.place(addressOf(index, 0), spells);
    }
    return places;
  }

  #drawClock(index: number): ClockFaults {
    const chance = this.#chance.fork(`clock ${index}`);
    const rate = 1 + (chance.sample() - 0.5) * 0.01;
    const skewMs = chance.whole(-skewMostMs, skewMostMs);
    // Nodes of a shared store begin with its time, another one with what its machine says.
    const isShared = this.#plan.store === 'reference';
    return { skewMs, rate, beginsAheadMs: isShared ? skewMs : null };
  }

  #node(
    index: number,
    clockFaults: ClockFaults,
    tell: (life: string, what: object) => void,
  ): SimulatedNode {
    const name = 'ab'.charAt(index);
    const fates = this.#chance.fork(`fates ${name}`);
    const { time, side, receivers } = this;
    return new SimulatedNode(name, {
      ...{ time, side, receivers, clockFaults, tell },
      chance: this.#chance.fork(`node ${name}`),
      fate: () => {
        const fate = drawFate(fates, this.#faults, this.#isFaulty);
        const isCutOff = time.nowMs < (this.#cutOffUntilMs[index] ?? 0);
        return this.#isFaulty && isCutOff ? unreachable(fate) : fate;
      },
      arrived: (arrival) => this.#add({ atMs: time.nowMs, ...arrival }),
      accepted: (order) => void this.#receiverReports.accepted(order),
      broke: (cause) => this.#broke(cause),
    });
  }

  async #make(place: Place): Promise<void> {
    if (await this.operator.make(place)) return;
    await this.time.wait(setUpMs / 10);
    await this.#make(place);
  }

  /** Has something done again and again while there is trouble, on average after `everyMs`. */
  #layOut(name: string, everyMs: number, run: () => void): void {
    const chance = this.#chance.fork(name);
    let atMs = setUpMs;
    for (;;) {
      atMs += chance.sample() * 2 * everyMs;
      if (atMs >= this.#plan.troubleMs) return;
      this.time.after(atMs, run);
    }
  }

  #trouble(trouble: Trouble): void {
    switch (trouble.do) {
      case 'pause':
        return this.nodes[trouble.node]?.pause(trouble.forMs);
      case 'restart':
        return void this.nodes[trouble.node]?.restart(trouble.forMs);
      case 'cut_off':
        this.#cutOffUntilMs[trouble.node] = this.time.nowMs + trouble.forMs;
        return;
      case 'cut_power':
        if (this.side.cutPower(trouble.forMs)) {
          this.#add({ atMs: this.time.nowMs, is: 'power_cut' });
        }
        return;
      case 'fill_disk':
        this.side.fillDisk(true);
        this.time.after(trouble.forMs, () => this.side.fillDisk(false));
        return;
      case 'jump_clock': {
        const clock = this.#clocks[trouble.node];
        if (clock !== undefined) clock.skewMs += trouble.byMs;
      }
    }
  }

  #broke(cause: unknown): void {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    this.history.fail(`something broke: ${text}`);
  }
}
