import type { AlertState } from '../../server/src/core/alert/alert-state.ts';
import type { Clock } from '../../server/src/core/clock.ts';
import type { EndpointHealth } from '../../server/src/core/endpoint-health.ts';
import type { StoredEvent } from '../../server/src/core/event.ts';
import type { NodeId, Position, TenantId } from '../../server/src/core/ids.ts';
import type { StoredAttempt } from '../../server/src/core/attempt.ts';
import type { ReplayJob } from '../../server/src/core/replay.ts';
import type { IdempotencyRow } from '../../server/src/store/idempotency.ts';
import type { DeliveryReported, TailItem } from '../../server/src/store/queue.ts';
import type { DeathRow } from './alert-rows.ts';
import type { StatsKept } from '../../server/src/core/stats/stats-width.ts';
import { CatalogueTable } from './catalogue-table.ts';
import type { Counted } from './count-stats.ts';
import { DeliveryTable } from './delivery-table.ts';
import type { GuardedEntry } from './guarded-rows.ts';
import { Journal } from './journal.ts';
import { JournaledMap } from './journaled-map.ts';
import { LeaseTable } from './lease-table.ts';
import { PositionedTable } from './positioned-table.ts';

/** A stored event with what `accept` must know of it again. */
export type EventRow = {
  readonly event: StoredEvent;
  readonly position: Position;
  readonly planId: string;
  readonly deliveryCount: number;
};

/** An attempt and how its record was answered. */
export type AttemptRow = {
  readonly attempt: StoredAttempt;
  readonly position: Position;
  readonly hasMoved: boolean;
};

/** A replay, and the node that steps it for now. */
export type ReplayEntry = {
  readonly job: ReplayJob;
  readonly claim: { readonly node: NodeId; readonly endsAt: number } | null;
};

type ReportRow = DeliveryReported & {
  readonly position: Position;
  readonly deliveryPosition: Position;
};

type ChangeItem = TailItem & { readonly kind: 'changed' };
type AlertMark = { readonly version: number; readonly position: Position };

/** All that the store holds, as its last commit left it; the journal can take commits back. */
export class Image {
  readonly clock: Pick<Clock, 'now'>;
  readonly journal = new Journal();
  readonly events = new PositionedTable<EventRow>(this.journal);
  readonly deliveries = new DeliveryTable(this.journal);
  readonly attempts = new PositionedTable<AttemptRow>(this.journal);
  readonly changes = new PositionedTable<ChangeItem>(this.journal);
  readonly reports = new PositionedTable<ReportRow>(this.journal);
  readonly deaths = new PositionedTable<DeathRow>(this.journal);
  readonly alertStates = new JournaledMap<AlertState>(this.journal);
  readonly alertMark = new JournaledMap<AlertMark>(this.journal);
  readonly guarded = new JournaledMap<GuardedEntry>(this.journal);
  /** Of the newest event that retention has removed, by tenant and of all. */
  readonly removedPositions = new JournaledMap<Position>(this.journal);
  readonly idempotency = new JournaledMap<IdempotencyRow>(this.journal);
  readonly health = new JournaledMap<EndpointHealth>(this.journal);
  readonly catalogue = new CatalogueTable(this.journal);
  /** What pruned events counted, by event. */
  readonly prunedCounts = new JournaledMap<readonly Counted[]>(this.journal);
  /** Where counters begin since the last round of retention. */
  readonly countsBefore = new JournaledMap<StatsKept>(this.journal);
  readonly replays = new JournaledMap<ReplayEntry>(this.journal);
  readonly leases = new LeaseTable(this.journal);
  /** Whether the disk has no room for new events. */
  isFull = false;
  #position = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.clock = clock;
  }

  /** The newest position given. */
  get newest(): Position {
    return this.#position as Position;
  }

  /** Gives the next position. */
  nextPosition(): Position {
    const old = this.#position;
    this.#position = old + 1;
    this.journal.note(() => {
      this.#position = old;
    });
    return this.newest;
  }
}

/** The key of a tenant's row. */
export function rowKey(tenantId: TenantId | null, ...parts: readonly string[]): string {
  return JSON.stringify([tenantId, ...parts]);
}
