import type { Delivery } from '../server/src/core/delivery.ts';
import type { NodeId, Position } from '../server/src/core/ids.ts';
import type { PageOf, Page } from '../server/src/store/page.ts';
import type { Store } from '../server/src/store/store.ts';
import { History } from './history.ts';
import { allLaws } from './invariants/all.ts';
import { World } from './world.ts';

/** What came of one seed. */
export type SeedResult = {
  readonly seed: number;
  /** SHA-256 over all that happened. */
  readonly hash: string;
  readonly stepCount: number;
  /** The law that was broken and how; null when all held. */
  readonly violation: string | null;
  readonly lastLines: readonly string[];
};

const troubleMs = 60_000;
/** Everything must have come to its end this long after the last trouble. */
const quietWithinMs = 300_000;
const idleMs = 10_000;
/** How often a person looks after what is held. */
const tidyMs = 1_000;
const stepsMost = 1_000_000;
/** One seed in so many runs on one node over SQLite. */
const sqliteEvery = 10;

/** Lets a world run from its seed until all is quiet, and judges it on the way. */
export async function runSeed(
  seed: number,
  show: ((line: string) => void) | null = null,
): Promise<SeedResult> {
  const store = seed % sqliteEvery === 0 ? 'sqlite' : 'reference';
  const history = new History(allLaws({ isShared: store === 'reference' }), show);
  const world = new World({ seed, store, troubleMs }, history);
  await using opened = new AsyncDisposableStack();
  opened.use(world.side);
  const run = new SeedRun(world);
  const onRejection = (cause: unknown): void => history.fail(`nobody heeds: ${String(cause)}`);
  process.on('unhandledRejection', onRejection);
  await run.toTheEnd();
  process.off('unhandledRejection', onRejection);
  return {
    seed,
    stepCount: run.stepCount,
    violation: history.violation,
    lastLines: history.trace.last,
    hash: history.trace.digest(),
  };
}

class SeedRun {
  readonly #world: World;
  stepCount = 0;

  constructor(world: World) {
    this.#world = world;
  }

  async toTheEnd(): Promise<void> {
    const { history, time } = this.#world;
    this.#world.begin();
    await this.#until(troubleMs);
    this.#world.heal();
    const endsMs = troubleMs + quietWithinMs;
    while (!this.#isOver) {
      if (time.nowMs > endsMs) return history.fail(`liveness: ${this.#unended()}`);
      // A publisher's last call may be under way for long, so quiet must last.
      if (this.#isQuiet()) {
        const idleCallsPerSecond = await this.#idle();
        if (this.#isQuiet()) return this.#readAll(idleCallsPerSecond);
      }
      await this.#until(time.nowMs + tidyMs);
      this.#tidy();
    }
  }

  get #isOver(): boolean {
    return this.#world.history.violation !== null;
  }

  async #until(atMs: number): Promise<void> {
    const { time, history } = this.#world;
    // Without this one, time would go on past the moment.
    time.after(atMs - time.nowMs, () => undefined);
    while (time.nowMs < atMs && !this.#isOver) {
      this.stepCount += 1;
      if (this.stepCount > stepsMost) return history.fail('the world spins');
      await time.step();
      this.#world.count();
    }
  }

  #isQuiet(): boolean {
    const { ledger } = this.#world.history;
    const isBusy = this.#world.nodes.some(
      ({ life }) => (life?.dispatcher.counts().unrecorded ?? 1) > 0,
    );
    return (
      !isBusy &&
      !this.#world.isReporting &&
      ![...ledger.owed.values()].some((each) => each.state === 'pending')
    );
  }

  /** What a person would do so that nothing is held for ever. */
  #tidy(): void {
    const { history, operator } = this.#world;
    for (const { id, status } of history.ledger.endpoints.values()) {
      if (status.is === 'paused') void operator.change(id, 'resume');
    }
    for (const owed of history.ledger.owed.values()) {
      if (owed.state === 'dead' && owed.holdsKey) void operator.changeOf(owed.id, 'cancel');
    }
  }

  #unended(): string {
    const { ledger } = this.#world.history;
    const left = [...ledger.owed.values()].filter((each) => each.state === 'pending');
    const shown = left.slice(0, 3).map((each) => {
      const status = ledger.endpoints.get(each.endpointId)?.status.is;
      return `${JSON.stringify(each)} (endpoint ${status})`;
    });
    return `${left.length} deliveries have not ended: ${shown.join('; ')}`;
  }

  /** Lets an idle world be; answers how many calls a second each node makes. */
  async #idle(): Promise<number> {
    const { time, nodes, callCount } = this.#world;
    await this.#until(time.nowMs + idleMs);
    return ((this.#world.callCount - callCount) * 1_000) / idleMs / nodes.length;
  }

  /** Reads what the store holds in the end. */
  async #readAll(idleCallsPerSecond: number): Promise<void> {
    const { time, side } = this.#world;
    if (this.#isOver) return;
    const store = await side.open('node-reader' as NodeId);
    const { finder, log } = store;
    const deliveries = await all<Delivery>((page) => finder.deliveries({ tenantId: null }, page));
    this.#world.note({
      ...{ is: 'quiet', atMs: time.nowMs, deliveries, idleCallsPerSecond },
      attempts: await all((page) => log.search({ tenantId: null }, page)),
      eventIds: new Set(await eventIds(store)),
    });
  }
}

async function eventIds(store: Store) {
  const events = await all((page) => store.finder.events({ tenantId: null }, page));
  return events.map((each) => each.id);
}

const pageRows = 500;
const pagesMost = 1_000;

async function all<Row>(read: (page: Page) => Promise<PageOf<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  let before: Position | null = null;
  for (let count = 0; count < pagesMost; count += 1) {
    const page: PageOf<Row> = await read({ before, limit: pageRows });
    rows.push(...page.rows);
    if (page.next === null) return rows;
    before = page.next;
  }
  throw new Error('a list has no end');
}
