import type { EndpointId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import { later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { HeldShard } from '../core/shard.ts';
import type { DueEndpoint, Queue } from '../store/queue.ts';

/** Asks, page by page, which endpoints of the held shards have something due. */
export class DueScan {
  readonly #queue: Pick<Queue, 'dueEndpoints'>;
  #after: EndpointId | null = null;

  constructor(queue: Pick<Queue, 'dueEndpoints'>) {
    this.#queue = queue;
  }

  /** The next page; after the last endpoint it begins again with the first. */
  async next(held: readonly HeldShard[], now: Instant): Promise<DueEndpoint[]> {
    if (held.length === 0) return [];
    const page = await this.#queue.dueEndpoints({
      shards: held.map((each) => each.shard),
      dueBefore: later(now, limits.laneAheadMs),
      after: this.#after,
      limit: limits.dueScanEndpoints,
    });
    const isFull = page.length === limits.dueScanEndpoints;
    this.#after = isFull ? (page.at(-1)?.endpointId ?? null) : null;
    return page;
  }
}
