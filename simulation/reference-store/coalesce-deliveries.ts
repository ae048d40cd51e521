import type { Delivery, PendingDelivery } from '../../server/src/core/delivery.ts';
import { later } from '../../server/src/core/instant.ts';
import { limits } from '../../server/src/core/limits.ts';
import type {
  AcceptAnswer,
  Coalescing,
  PlacedDelivery,
  PlannedDelivery,
} from '../../server/src/store/queue.ts';
import { asPending, isLoadable } from './delivery-row.ts';
import type { DeliveryRow, Standing } from './delivery-row.ts';
import type { EventRow, Image } from './image.ts';
import { moveDelivery } from './place-delivery.ts';

type Accepted = AcceptAnswer & { readonly is: 'accepted' };
type Parts = Required<Pick<Accepted, 'placed' | 'superseded' | 'promoted'>>;
type Superseded = Parts['superseded'][number];

type Latest = Coalescing & { readonly is: 'latest' };
type Window = Coalescing & { readonly is: 'window' };

/** How a planned delivery is to be inserted. */
export type Stand = Pick<PlacedDelivery, 'dueAt' | 'merged' | 'supersededCount'> & {
  readonly standing: Standing;
};

/** What coalescing makes of the deliveries of one event. */
export class CoalescedEvent {
  readonly #image: Image;
  readonly #row: EventRow;
  readonly #placed: PlacedDelivery[] = [];
  readonly #superseded: Superseded[] = [];
  readonly #promoted: PendingDelivery[] = [];

  constructor(image: Image, row: EventRow) {
    this.#image = image;
    this.#row = row;
  }

  /** Supersedes what a planned delivery stands for; answers how it is to be inserted. */
  stand(plan: PlannedDelivery, coalescing: Coalescing, index: number): Stand {
    const stand =
      coalescing.is === 'latest' ? this.#latest(plan, coalescing) : this.#window(plan, coalescing);
    const { dueAt, merged, supersededCount } = stand;
    if (merged !== null || supersededCount > 0) {
      this.#placed.push({ index, dueAt, merged, supersededCount });
    }
    return stand;
  }

  /** Leaves word for the tail, behind the positions of the event's deliveries. */
  finish(): Partial<Parts> {
    for (const { deliveryId, endpointId } of this.#superseded) {
      const position = this.#image.nextPosition();
      const { tenantId } = this.#row.event;
      const item = { kind: 'changed', position, tenantId, endpointId, deliveryId } as const;
      this.#image.changes.insert(String(position), { ...item, to: 'supersede' });
    }
    const placed = this.#placed;
    return present({ placed, superseded: this.#superseded, promoted: this.#promoted });
  }

  #latest(plan: PlannedDelivery, { group, part, isKept, supersedes }: Latest): Stand {
    const found = this.#openOf(plan, group).filter(
      ({ standing }) =>
        standing.part !== null &&
        (supersedes === 'all' || (supersedes === 'part' && standing.part === part)),
    );
    const rows = found.slice(0, limits.supersededAtOnce).map(({ row }) => row);
    return {
      standing: { group, part, isOpen: !isKept, windowEnd: null },
      dueAt: plan.dueAt,
      merged: null,
      supersededCount: this.#replace(rows, plan),
    };
  }

  #window(plan: PlannedDelivery, { group, version, windowMs, maxWaitMs }: Window): Stand {
    const { acceptedAt } = this.#row.event;
    const found = this.#openOf(plan, group).filter(({ standing }) => standing.part === null);
    const last = found.at(-1);
    const open = last !== undefined && this.#gathers(last.row, version) ? last : null;
    for (const { row } of found) closeStanding(this.#image, row);
    const windowEnd = open?.standing.windowEnd ?? later(acceptedAt, maxWaitMs);
    const from = open?.row.now.delivery.merged?.from ?? version;
    return {
      standing: { group, part: null, isOpen: true, windowEnd },
      dueAt: later(acceptedAt, Math.min(windowMs, windowEnd - acceptedAt)),
      merged: { from, to: version },
      supersededCount: open === null ? 0 : this.#replace([open.row], plan),
    };
  }

  /** What is pending of a group and may be superseded, oldest first. */
  #openOf({ endpointId }: PlannedDelivery, group: string) {
    const { tenantId } = this.#row.event;
    const pending = this.#image.deliveries.of(tenantId, endpointId)?.pending ?? [];
    return [...pending].flatMap((row) => {
      const { standing } = row.now;
      return standing?.group === group && standing.isOpen ? [{ row, standing }] : [];
    });
  }

  #gathers({ now: { delivery } }: DeliveryRow, version: number): boolean {
    const { state, attemptCount, merged } = delivery;
    const isWaiting = state.is === 'pending' && state.dueAt > this.#row.event.acceptedAt;
    const gatheredCount = version - (merged?.from ?? version);
    return isWaiting && attemptCount === 0 && gatheredCount < limits.mergedVersions;
  }

  #replace(rows: readonly DeliveryRow[], by: PlannedDelivery): number {
    const counts = rows.map((row) => (row.now.delivery.supersededCount ?? 0) + 1);
    const freed: DeliveryRow[] = [];
    for (const row of rows) {
      const next = this.#supersede(row, by);
      if (next !== null) freed.push(next);
    }
    for (const { now } of freed) {
      const promoted = isLoadable(now) ? asPending(now) : null;
      if (promoted !== null) this.#promoted.push(promoted);
    }
    return counts.reduce((sum, count) => sum + count, 0);
  }

  #supersede(row: DeliveryRow, by: PlannedDelivery): DeliveryRow | null {
    const { acceptedAt: at } = this.#row.event;
    const { id: deliveryId, endpointId } = row.now.delivery;
    const state = { is: 'superseded', at, by: by.id } as const;
    closeStanding(this.#image, row);
    this.#superseded.push({ deliveryId, endpointId });
    const delivery = { ...row.now.delivery, state };
    return moveDelivery(this.#image.deliveries, row, { delivery, place: 'free' });
  }
}

/** Lets nothing supersede a delivery any more, and has it gather nothing. */
export function closeStanding(image: Image, row: DeliveryRow): void {
  const { standing } = row.now;
  if (standing === null || !standing.isOpen) return;
  image.deliveries.update(row, { ...row.now, standing: { ...standing, isOpen: false } });
}

/** What coalescing did when an event was accepted, as far as it is still so. */
export function coalescedBefore(image: Image, rows: readonly DeliveryRow[]): Partial<Parts> {
  const placed = rows.flatMap(({ now: { delivery } }, index) => placedBefore(delivery, index));
  const ids = new Set(rows.map(({ now }) => now.delivery.id));
  const left = [...image.deliveries.rows].filter(({ now: { delivery } }) => {
    const { state } = delivery;
    return state.is === 'superseded' && ids.has(state.by);
  });
  const superseded = left.map(({ now: { delivery } }) => ({
    deliveryId: delivery.id,
    endpointId: delivery.endpointId,
  }));
  const heads = new Set(left.flatMap((row) => headNow(image, row) ?? []));
  const promoted = [...heads].flatMap(({ now }) => {
    const isOwn = ids.has(now.delivery.id);
    return isOwn || !isLoadable(now) ? [] : (asPending(now) ?? []);
  });
  return present({ placed, superseded, promoted });
}

function placedBefore(delivery: Delivery, index: number): PlacedDelivery[] {
  const { merged = null, supersededCount = 0, firstDueAt: dueAt } = delivery;
  if (merged === null && supersededCount === 0) return [];
  return [{ index, dueAt, merged, supersededCount }];
}

function headNow(image: Image, { now: { delivery } }: DeliveryRow): DeliveryRow | null {
  const { tenantId, endpointId, orderKey } = delivery;
  if (orderKey === null) return null;
  return image.deliveries.of(tenantId, endpointId)?.firstOf(orderKey) ?? null;
}

function present({ placed, superseded, promoted }: Parts): Partial<Parts> {
  return {
    ...(placed.length === 0 ? {} : { placed }),
    ...(superseded.length === 0 ? {} : { superseded }),
    ...(promoted.length === 0 ? {} : { promoted }),
  };
}
