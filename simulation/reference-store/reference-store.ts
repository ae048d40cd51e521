import assert from 'node:assert/strict';
import { AppError } from '../../server/src/core/app-error.ts';
import type { Clock } from '../../server/src/core/clock.ts';
import type { NodeId } from '../../server/src/core/ids.ts';
import type { Store, StoreCondition } from '../../server/src/store/store.ts';
import { Image } from './image.ts';
import { nodeStore } from './node-store.ts';
import type { Ask } from './node-store.ts';
import { deliverAtOnce } from './store-call.ts';
import type { Deliver } from './store-call.ts';

/** What a reference store is made of; it has neither clock nor chance of its own. */
export type ReferenceStoreParts = {
  /** The store's clock: it ends leases and kept answers. */
  readonly clock: Pick<Clock, 'now'>;
  /** How calls travel; at once and without a fault when left out. */
  readonly deliver?: Deliver;
};

/** A store in memory that several nodes share, and whose power can be cut. */
export type ReferenceStore = {
  /** The store as a node sees it; any number may be open, also of one node. */
  open(node: NodeId): Store;
  /** Cuts the power: what was not synced is gone, what was not answered never will be. */
  crash(): void;
  /** Fills the disk, or frees it: while full, no new event is accepted. */
  fillDisk(isFull: boolean): void;
};

/** Makes an empty store. */
export function createReferenceStore(parts: ReferenceStoreParts): ReferenceStore {
  const { clock, deliver = deliverAtOnce } = parts;
  const core = new Core(new Image(clock), deliver);
  return {
    open: (node) => core.open(node),
    crash: () => core.crash(),
    fillDisk: (isFull) => core.fillDisk(isFull),
  };
}

class Core {
  readonly #image: Image;
  readonly #deliver: Deliver;
  #powerCutCount = 0;
  #commitCount = 0;
  #rowCount = 0;
  #unsyncedFrom = 0;

  constructor(image: Image, deliver: Deliver) {
    this.#image = image;
    this.#deliver = deliver;
  }

  open(node: NodeId): Store {
    let isOpen = true;
    return nodeStore(
      async (verb, run) => {
        if (!isOpen) throw new AppError('store_unavailable');
        return this.#ask(node)(verb, run);
      },
      {
        condition: () => this.#condition(),
        [Symbol.asyncDispose]: async () => {
          isOpen = false;
        },
      },
    );
  }

  crash(): void {
    this.#image.journal.rollBack(0);
    this.#powerCutCount += 1;
    this.#commitCount = this.#unsyncedFrom;
  }

  fillDisk(isFull: boolean): void {
    this.#image.isFull = isFull;
  }

  /** Lets an answer out only when all that it saw is safe: no read shows what a cut could undo. */
  #ask(node: NodeId): Ask {
    return async (verb, run) => {
      let seen: { readonly commit: number; readonly powerCutCount: number } | null = null;
      const answer = await this.#deliver({
        node,
        verb,
        apply: () => {
          const applied = this.#apply(run);
          seen = { commit: this.#commitCount, powerCutCount: this.#powerCutCount };
          return applied;
        },
        sync: () => this.#sync(),
      });
      this.#assertSafe(seen);
      return answer;
    };
  }

  #apply<Answer>(run: (image: Image) => Answer): Answer {
    const { journal } = this.#image;
    const mark = journal.mark;
    const answer = run(this.#image);
    if (journal.mark === mark) return answer;
    this.#rowCount += journal.mark - mark;
    this.#commitCount += 1;
    return answer;
  }

  #sync(): void {
    this.#image.journal.forget();
    this.#unsyncedFrom = this.#commitCount;
  }

  #assertSafe(seen: { readonly commit: number; readonly powerCutCount: number } | null): void {
    assert.ok(seen !== null, 'a call was answered that was never applied');
    if (seen.powerCutCount !== this.#powerCutCount) throw new AppError('store_unavailable');
    assert.ok(seen.commit <= this.#unsyncedFrom, 'a call was answered before it was synced');
  }

  #condition(): StoreCondition {
    return {
      accepts: this.#image.isFull ? 'disk_full' : 'yes',
      commitCount: this.#commitCount,
      committedRowCount: this.#rowCount,
      lastCommitMs: this.#commitCount === 0 ? null : 0,
      commits: { counts: [this.#commitCount], sumMs: 0 },
      uncommittedBytes: 0,
    };
  }
}
