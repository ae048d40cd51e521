import { AppError } from '../server/src/core/app-error.ts';
import type { NodeId } from '../server/src/core/ids.ts';
import { instant } from '../server/src/core/instant.ts';
import { commitsOf } from './commits-of.ts';
import type { Commit } from './fact.ts';
import { beginsAtMs } from './node-time.ts';
import { createReferenceStore } from './reference-store/reference-store.ts';
import type { StoreCall } from './reference-store/store-call.ts';
import type { ReachedCall, StoreSide } from './store-side.ts';
import type { VirtualTime } from './virtual-time.ts';

type Tell = (life: NodeId, commit: Commit) => void;

/** The reference store, shared by all nodes, with a commit and its safety apart in time. */
export class ReferenceSide implements StoreSide {
  readonly #time: VirtualTime;
  readonly #tell: Tell;
  readonly #store;
  #reached: ReachedCall | null = null;
  #unsafe: { life: NodeId; commit: Commit }[] = [];
  #cutCount = 0;
  #downUntilMs = 0;

  constructor(time: VirtualTime, tell: Tell) {
    this.#time = time;
    this.#tell = tell;
    const now = () => instant(beginsAtMs + Math.floor(time.nowMs));
    this.#store = createReferenceStore({
      clock: { now },
      deliver: (call) => this.#deliver(call),
    });
  }

  async open(life: NodeId) {
    return this.#store.open(life);
  }

  async carryOut<Answer>(call: ReachedCall, run: () => Promise<Answer>): Promise<Answer> {
    if (this.#time.nowMs < this.#downUntilMs) throw new AppError('store_unavailable');
    // The store hands the call on before it waits for anything.
    this.#reached = call;
    return run();
  }

  cutPower(forMs: number): boolean {
    this.#store.crash();
    this.#cutCount += 1;
    this.#unsafe = [];
    this.#downUntilMs = this.#time.nowMs + forMs;
    return true;
  }

  fillDisk(isFull: boolean): void {
    this.#store.fillDisk(isFull);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #deliver<Answer>(call: StoreCall<Answer>): Promise<Answer> {
    const reached = this.#reached;
    this.#reached = null;
    const answer = call.apply();
    const cutCount = this.#cutCount;
    if (reached !== null) {
      const { life, verb, args, syncMs } = reached;
      for (const commit of commitsOf(verb, args, answer)) this.#unsafe.push({ life, commit });
      if (syncMs > 0) await this.#time.wait(syncMs);
    }
    if (cutCount === this.#cutCount) this.#sync(call);
    return answer;
  }

  #sync(call: StoreCall<unknown>): void {
    call.sync();
    const safe = this.#unsafe;
    this.#unsafe = [];
    for (const { life, commit } of safe) this.#tell(life, commit);
  }
}
