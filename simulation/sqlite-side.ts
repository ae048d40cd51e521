import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../server/src/core/app-error.ts';
import type { NodeId } from '../server/src/core/ids.ts';
import { instant } from '../server/src/core/instant.ts';
import { openSqliteInline } from '../server/src/store/sqlite/sqlite-inline.ts';
import type { Store } from '../server/src/store/store.ts';
import { commitsOf } from './commits-of.ts';
import type { Commit } from './fact.ts';
import { beginsAtMs } from './node-time.ts';
import { SeededChance } from './seeded-chance.ts';
import type { ReachedCall, StoreSide } from './store-side.ts';
import type { VirtualTime } from './virtual-time.ts';

type Tell = (life: NodeId, commit: Commit) => void;

/** The SQLite driver in this thread. It dies with its node, and opens the same file again. */
export class SqliteSide implements StoreSide {
  readonly #time: VirtualTime;
  readonly #tell: Tell;
  readonly #dir = mkdtempSync(join(tmpdir(), 'posthorn-simulation-'));
  readonly #chance = new SeededChance(1);
  #life: NodeId | null = null;
  #store: Store | null = null;
  #isFull = false;

  constructor(time: VirtualTime, tell: Tell) {
    this.#time = time;
    this.#tell = tell;
  }

  async open(life: NodeId): Promise<Store> {
    await this.#store?.[Symbol.asyncDispose]();
    const nowMs = (): number => Math.floor(this.#time.nowMs);
    this.#life = life;
    this.#store = openSqliteInline({
      path: join(this.#dir, 'posthorn.db'),
      masterKey: new Uint8Array(32),
      clock: { now: () => instant(beginsAtMs + nowMs()), monotonicMs: nowMs },
      chance: this.#chance,
      hasRoom: () => !this.#isFull,
    });
    return this.#store;
  }

  async carryOut<Answer>(call: ReachedCall, run: () => Promise<Answer>): Promise<Answer> {
    const { life, verb, args } = call;
    // The store was part of the process that is dead.
    if (life !== this.#life) throw new AppError('store_unavailable');
    const answer = await run();
    for (const commit of commitsOf(verb, args, answer)) this.#tell(life, commit);
    return answer;
  }

  cutPower(): boolean {
    return false;
  }

  fillDisk(isFull: boolean): void {
    this.#isFull = isFull;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store?.[Symbol.asyncDispose]();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
