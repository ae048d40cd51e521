import type { Clock, Timers } from '../core/clock.ts';
import type { EndpointId, TenantId } from '../core/ids.ts';
import type { Lanes } from '../core/lane/lanes.ts';
import { limits } from '../core/limits.ts';
import type { Emit } from '../core/signal.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { DueEndpoint } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import { DueScan } from './due-scan.ts';
import { expirePaused } from './expire-paused.ts';
import type { InFlight } from './in-flight.ts';
import type { LaneBook } from './lane-book.ts';
import type { Owner } from './owner.ts';
import { settleEndpoint } from './settle-endpoint.ts';
import type { ShardKeeper } from './shard-keeper.ts';
import { TailReader } from './tail-reader.ts';

export type RoundsDeps = {
  readonly store: Store;
  readonly mirror: CatalogueMirror;
  readonly owner: Owner;
  readonly shards: ShardKeeper;
  readonly lanes: Lanes;
  readonly book: LaneBook;
  readonly inFlight: InFlight;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly emit: Emit;
  readonly wake: () => void;
};

/** What the owner looks for once a second: what fell due, what others changed, what must end. */
export class Rounds {
  readonly #deps: RoundsDeps;
  readonly #scan: DueScan;
  readonly #tail: TailReader;
  readonly #settling = new Set<EndpointId>();
  #timer: { cancel(): void } | null = null;
  #isRunning = false;
  #isStopped = false;
  #heardAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: RoundsDeps) {
    this.#deps = deps;
    this.#scan = new DueScan(deps.store.queue);
    this.#tail = new TailReader({ ...deps, queue: deps.store.queue });
  }

  /**
   * Whether changes made by other nodes are known here up to a moment ago; who cannot hear of them
   * for as long as a lease lets attempts start must not start any.
   */
  get isInformed(): boolean {
    if (!this.#deps.store.capabilities.isShared) return true;
    return this.#deps.clock.monotonicMs() - this.#heardAtMs < limits.leaseStartStopMs;
  }

  /** Runs a round now, and another each second from then on. */
  start(): void {
    void this.#round();
  }

  /** Reads on in what other nodes have done; answers whether all of it is known up to the call. */
  async hear(): Promise<boolean> {
    let hasHeard = false;
    await this.#step('hear', async () => {
      await this.#tail.read();
      hasHeard = true;
    });
    return hasHeard;
  }

  /** Runs one soon, because something has changed. */
  hurry(): void {
    if (this.#isRunning || this.#isStopped) return;
    this.#timer?.cancel();
    void this.#round();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** Ends what waits for an endpoint that is over; once at a time for each. */
  settle(endpoint: { tenantId: TenantId; endpointId: EndpointId }): void {
    if (this.#settling.has(endpoint.endpointId)) return;
    this.#settling.add(endpoint.endpointId);
    const settled = settleEndpoint({ ...this.#deps, queue: this.#deps.store.queue }, endpoint);
    void settled
      .catch((cause: unknown) => this.#failed('settle', cause))
      .finally(() => this.#settling.delete(endpoint.endpointId));
  }

  async #round(): Promise<void> {
    this.#isRunning = true;
    await this.#step('health', () => this.#deps.shards.readUnread());
    if (this.#deps.store.capabilities.isShared) {
      await this.#step('hear', () => this.#hear());
    }
    await this.#step('due', () => this.#lookForDue());
    this.#isRunning = false;
    if (this.#isStopped) return;
    this.#timer = this.#deps.timers.after(limits.dueScanMs, () => void this.#round());
  }

  async #hear(): Promise<void> {
    const askedAtMs = this.#deps.clock.monotonicMs();
    await this.#deps.mirror.refresh();
    await this.#tail.read();
    this.#heardAtMs = askedAtMs;
  }

  async #lookForDue(): Promise<void> {
    const { owner, shards, clock } = this.#deps;
    const due = await this.#scan.next(shards.readyOf(owner.held()), clock.now());
    for (const each of due) await this.#use(each);
    if (due.length > 0) this.#deps.wake();
  }

  async #use(due: DueEndpoint): Promise<void> {
    const now = this.#deps.clock.now();
    const lease = this.#deps.owner.leaseOf(due.endpointId);
    if (lease === null || !this.#deps.shards.isReady(due.endpointId, lease)) return;
    await this.#hearOf(due.endpointId);
    const use = this.#deps.book.use(due.endpointId, now);
    if (use === 'open') this.#deps.lanes.wants(due.endpointId, now);
    else if (use === 'ended') this.settle(due);
    else await expirePaused({ ...this.#deps, queue: this.#deps.store.queue }, due, lease);
  }

  /**
   * Another node may have made an endpoint and its first delivery a moment ago, as ingest does for
   * a callback: what is not known must not be taken for removed.
   */
  async #hearOf(endpointId: EndpointId): Promise<void> {
    const { mirror } = this.#deps;
    if (mirror.get('endpoint', null, endpointId) !== null) return;
    // The first may be a read that had begun before.
    await mirror.refresh();
    await mirror.refresh();
  }

  async #step(step: string, run: () => Promise<void>): Promise<void> {
    if (this.#isStopped) return;
    try {
      await run();
    } catch (cause) {
      this.#failed(step, cause);
    }
  }

  #failed(step: string, cause: unknown): void {
    this.#deps.emit({ signal: 'step_failed', step, cause });
  }
}
