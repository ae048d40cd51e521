import type { MergedVersions, PendingDelivery } from '../../../core/delivery.ts';
import type { DeliveryId, EndpointId } from '../../../core/ids.ts';
import { later } from '../../../core/instant.ts';
import type { Instant } from '../../../core/instant.ts';
import { limits } from '../../../core/limits.ts';
import type { AcceptAnswer, Coalescing, PlacedDelivery, PlannedDelivery } from '../../queue.ts';
import { closeStand, findOpenOfPart, findOpenOfParts, findOpenWindows } from './coalescing-row.ts';
import type { OpenStand, Stand } from './coalescing-row.ts';
import { nextPosition } from './context.ts';
import type { WriteContext } from './context.ts';
import { countMove } from './count-move.ts';
import { places, states } from './delivery-row.ts';
import { packId, unpackId } from './id-blob.ts';
import { frees, promoteNext } from './order.ts';

type Accepted = AcceptAnswer & { readonly is: 'accepted' };
type Superseded = NonNullable<Accepted['superseded']>[number];

type Latest = Coalescing & { readonly is: 'latest' };
type Window = Coalescing & { readonly is: 'window' };

/** A planned delivery that coalesces, before it is inserted. */
type Coming = {
  readonly id: DeliveryId;
  readonly dueAt: Instant;
  readonly endpoint: number;
};

/**
 * What coalescing makes of the deliveries of one event, in the transaction of its accept. Each
 * takes the place of those it stands for before it is inserted itself, so that it is placed in
 * the order of its key as they leave it.
 */
export class Coalesce {
  readonly #context: WriteContext;
  readonly #event: { readonly position: number; readonly acceptedAt: Instant };
  readonly #placed: PlacedDelivery[] = [];
  readonly #superseded: Superseded[] = [];
  readonly #promoted: PendingDelivery[] = [];
  readonly #left: number[] = [];

  constructor(context: WriteContext, event: { position: number; acceptedAt: Instant }) {
    this.#context = context;
    this.#event = event;
  }

  /** Supersedes what a planned delivery stands for; answers how it is to be inserted. */
  stand(
    { id, dueAt }: PlannedDelivery,
    coalescing: Coalescing,
    { index, endpoint }: { index: number; endpoint: number },
  ): Stand {
    const coming = { id, dueAt, endpoint };
    const stand =
      coalescing.is === 'latest'
        ? this.#latest(coming, coalescing)
        : this.#window(coming, coalescing);
    const { merged, supersededCount } = stand;
    if (merged !== null || supersededCount > 0) {
      this.#placed.push({ index, dueAt: stand.dueAt, merged, supersededCount });
    }
    return stand;
  }

  /** Leaves word for the tail, behind the positions of the event's deliveries. */
  finish(): Pick<Accepted, 'placed' | 'superseded' | 'promoted'> {
    for (const position of this.#left) {
      this.#context.db.run(
        `INSERT INTO changes VALUES (?, ?, 'supersede', ?)`,
        nextPosition(this.#context),
        position,
        this.#event.acceptedAt,
      );
    }
    return answerParts({
      placed: this.#placed,
      superseded: this.#superseded,
      promoted: this.#promoted,
    });
  }

  #latest(coming: Coming, { group, part, isKept, supersedes }: Latest): Stand {
    const found = supersedes === 'none' ? [] : this.#openOf(coming, { group, part, supersedes });
    const alike = { group, part, isOpen: !isKept, merged: null, windowEnd: null, needsFrom: null };
    return { ...alike, dueAt: coming.dueAt, supersededCount: this.#replace(found, coming) };
  }

  #openOf(
    { endpoint }: Coming,
    { group, part, supersedes }: Pick<Latest, 'group' | 'part' | 'supersedes'>,
  ): OpenStand[] {
    const of = { endpoint, group };
    const open =
      supersedes === 'part'
        ? findOpenOfPart(this.#context, { ...of, part })
        : findOpenOfParts(this.#context, of);
    return open.filter((each) => each.state === states.pending || this.#close(each));
  }

  #window(coming: Coming, { group, version, windowMs, maxWaitMs }: Window): Stand {
    const found = findOpenWindows(this.#context, { endpoint: coming.endpoint, group });
    const last = found.at(-1);
    const open = last !== undefined && this.#isOpen(last, version) ? last : null;
    for (const each of found) if (each !== open) this.#close(each);
    const { acceptedAt } = this.#event;
    const windowEnd = open?.windowEnd ?? later(acceptedAt, maxWaitMs);
    const merged: MergedVersions = { from: open?.mergedFrom ?? version, to: version };
    return {
      ...{ group, part: null, isOpen: true, merged, windowEnd },
      dueAt: later(acceptedAt, Math.min(windowMs, windowEnd - acceptedAt)),
      needsFrom: open === null ? null : (open.needsFrom ?? open.event),
      supersededCount: open === null ? 0 : this.#replace([open], coming),
    };
  }

  #isOpen({ state, attemptCount, dueAt, mergedFrom }: OpenStand, version: number): boolean {
    const isWaiting = state === states.pending && attemptCount === 0;
    const gatheredCount = version - (mergedFrom ?? version);
    return isWaiting && dueAt > this.#event.acceptedAt && gatheredCount < limits.mergedVersions;
  }

  /** Always false: it is open to nobody. */
  #close(open: OpenStand): false {
    closeStand(this.#context, open.position);
    return false;
  }

  /** Answers for how many the new one stands. */
  #replace(found: readonly OpenStand[], by: Coming): number {
    for (const each of found) this.#supersede(each, by.id);
    for (const each of found) {
      const next = frees(each) ? promoteNext(this.#context, each) : null;
      if (next !== null) this.#promoted.push(next);
    }
    return found.reduce((sum, { supersededCount }) => sum + supersededCount + 1, 0);
  }

  #supersede(open: OpenStand, by: DeliveryId): void {
    const { db, names } = this.#context;
    const { acceptedAt: at } = this.#event;
    db.run(
      `UPDATE deliveries SET state = ${states.superseded}, place = ${places.outside},
        ended_at = ?, ended_by = ? WHERE position = ?`,
      at,
      packId('delivery', by),
      open.position,
    );
    closeStand(this.#context, open.position);
    countMove(this.#context, { ...open, ended_at: null }, { state: states.superseded, at });
    this.#left.push(open.position);
    this.#superseded.push({
      deliveryId: unpackId('delivery', open.id) as DeliveryId,
      endpointId: names.text(open.endpoint) as EndpointId,
    });
  }
}

/** The parts of an answer that are there at all. */
export function answerParts({
  placed,
  superseded,
  promoted,
}: Required<Pick<Accepted, 'placed' | 'superseded' | 'promoted'>>): Pick<
  Accepted,
  'placed' | 'superseded' | 'promoted'
> {
  return {
    ...(placed.length === 0 ? {} : { placed }),
    ...(superseded.length === 0 ? {} : { superseded }),
    ...(promoted.length === 0 ? {} : { promoted }),
  };
}
