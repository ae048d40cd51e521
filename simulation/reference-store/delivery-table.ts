import type { DeliveryId, EndpointId, Position, TenantId } from '../../server/src/core/ids.ts';
import type { DeliveryRow, RowState } from './delivery-row.ts';
import { byPosition, EndpointRows } from './endpoint-rows.ts';
import type { Journal } from './journal.ts';
import { SortedList } from './sorted-list.ts';

/** Every delivery, with the indexes that are kept level with each change and its undoing. */
export class DeliveryTable {
  /** All rows by position. */
  readonly rows = new SortedList(byPosition);
  /** Endpoints that have something pending or a held key, by id. */
  readonly endpoints = new SortedList<EndpointRows>((a, b) =>
    keyOf(a.endpointId, a.tenantId) < keyOf(b.endpointId, b.tenantId) ? -1 : Number(a !== b),
  );
  readonly #journal: Journal;
  readonly #byId = new Map<string, DeliveryRow>();
  readonly #replaysByEvent = new Map<Position, Set<DeliveryRow>>();
  readonly #byEndpoint = new Map<string, EndpointRows>();
  #pendingCount = 0;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get pendingCount(): number {
    return this.#pendingCount;
  }

  get(tenantId: TenantId, id: DeliveryId): DeliveryRow | undefined {
    return this.#byId.get(keyOf(id, tenantId));
  }

  /** What is not over at an endpoint; undefined when nothing is. */
  of(tenantId: TenantId, endpointId: EndpointId): EndpointRows | undefined {
    return this.#byEndpoint.get(keyOf(endpointId, tenantId));
  }

  /** The row that has this position. */
  at(position: Position): DeliveryRow | undefined {
    const place = this.rows.placeOf(({ now }) => now.delivery.position - position);
    const row = this.rows.at(place);
    return row?.now.delivery.position === position ? row : undefined;
  }

  /** The rows of one event: those right behind it, then those that replays made of it. */
  ofEvent(eventPosition: Position): DeliveryRow[] {
    const found: DeliveryRow[] = [];
    let place = this.rows.placeOf(({ now }) => now.delivery.position - eventPosition);
    for (let row = this.rows.at(place); row !== undefined; row = this.rows.at(place)) {
      if (row.now.delivery.eventPosition !== eventPosition) break;
      found.push(row);
      place += 1;
    }
    const replayed = this.#replaysByEvent.get(eventPosition) ?? [];
    return [...found, ...[...replayed].filter((row) => !found.includes(row))];
  }

  insert(state: RowState): void {
    const row = { now: state };
    this.#insert(row);
    this.#journal.note(() => this.#remove(row));
  }

  remove(row: DeliveryRow): void {
    this.#remove(row);
    this.#journal.note(() => this.#insert(row));
  }

  update(row: DeliveryRow, state: RowState): void {
    const old = row.now;
    this.#update(row, state);
    this.#journal.note(() => this.#update(row, old));
  }

  #insert(row: DeliveryRow): void {
    const { id, tenantId } = row.now.delivery;
    this.#byId.set(keyOf(id, tenantId), row);
    this.rows.add(row);
    this.#replaysOf(row)?.add(row);
    this.#index(row);
  }

  #remove(row: DeliveryRow): void {
    const { id, tenantId } = row.now.delivery;
    this.#byId.delete(keyOf(id, tenantId));
    this.rows.remove(row);
    this.#replaysOf(row)?.delete(row);
    this.#unindex(row);
  }

  #replaysOf({ now: { delivery } }: DeliveryRow): Set<DeliveryRow> | null {
    if (!delivery.isReplay) return null;
    const rows = this.#replaysByEvent.get(delivery.eventPosition) ?? new Set<DeliveryRow>();
    this.#replaysByEvent.set(delivery.eventPosition, rows);
    return rows;
  }

  #update(row: DeliveryRow, state: RowState): void {
    this.#unindex(row);
    row.now = state;
    this.#index(row);
  }

  #index(row: DeliveryRow): void {
    const { delivery, place } = row.now;
    const isPending = delivery.state.is === 'pending';
    if (isPending) this.#pendingCount += 1;
    if (!isPending && place === 'free') return;
    const key = keyOf(delivery.endpointId, delivery.tenantId);
    let rows = this.#byEndpoint.get(key);
    if (rows === undefined) {
      rows = new EndpointRows(delivery.tenantId, delivery.endpointId);
      this.#byEndpoint.set(key, rows);
      this.endpoints.add(rows);
    }
    rows.add(row);
  }

  #unindex(row: DeliveryRow): void {
    const { delivery } = row.now;
    if (delivery.state.is === 'pending') this.#pendingCount -= 1;
    const key = keyOf(delivery.endpointId, delivery.tenantId);
    const rows = this.#byEndpoint.get(key);
    if (rows === undefined) return;
    rows.remove(row);
    if (!rows.isEmpty) return;
    this.#byEndpoint.delete(key);
    this.endpoints.remove(rows);
  }
}

/** Sorts by id; the tenant only tells equal ids apart. No id contains a space. */
function keyOf(id: string, tenantId: TenantId): string {
  return `${id} ${tenantId}`;
}
