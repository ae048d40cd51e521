import type { TenantId } from '../ids.ts';
import { LinkedList, linkOf } from './linked-list.ts';
import type { Link } from './linked-list.ts';

/** A member's seat; it can sit in one ring at a time. */
export type Seat<T> = {
  readonly tenantId: TenantId;
  readonly link: Link<T>;
  ring: FairRing<T> | null;
};

type TenantTurn<T> = { readonly members: LinkedList<T>; readonly link: Link<TenantId> };

/** A seat in no ring yet. */
export function seatOf<T>(item: T, tenantId: TenantId): Seat<T> {
  return { tenantId, link: linkOf(item), ring: null };
}

/** Moves `seat` to `ring`, at the end of its tenant's turn; it keeps its place when it is there. */
export function sit<T>(seat: Seat<T>, ring: FairRing<T> | null): void {
  if (seat.ring === ring) return;
  seat.ring?.remove(seat);
  ring?.add(seat);
}

/** Gives turns to tenants one after the other, and within a tenant to its members. */
export class FairRing<T> {
  readonly #tenants = new Map<TenantId, TenantTurn<T>>();
  readonly #turns = new LinkedList<TenantId>();

  get isEmpty(): boolean {
    return this.#turns.first === null;
  }

  add(seat: Seat<T>): void {
    const turn = this.#turnOf(seat.tenantId);
    turn.members.append(seat.link);
    if (turn.link.list === null) this.#turns.append(turn.link);
    seat.ring = this;
  }

  remove(seat: Seat<T>): void {
    const turn = this.#turnOf(seat.tenantId);
    turn.members.remove(seat.link);
    seat.ring = null;
    if (turn.members.first === null) this.#end(seat.tenantId, turn);
  }

  /** The member whose turn it is; its tenant goes to the end of the ring, it stays seated. */
  turn(): T | null {
    const link = this.#turns.first;
    if (link === null) return null;
    this.#turns.remove(link);
    this.#turns.append(link);
    return this.#turnOf(link.item).members.first?.item ?? null;
  }

  #turnOf(tenantId: TenantId): TenantTurn<T> {
    const known = this.#tenants.get(tenantId);
    if (known !== undefined) return known;
    const turn = { members: new LinkedList<T>(), link: linkOf(tenantId) };
    this.#tenants.set(tenantId, turn);
    return turn;
  }

  #end(tenantId: TenantId, turn: TenantTurn<T>): void {
    this.#turns.remove(turn.link);
    this.#tenants.delete(tenantId);
  }
}
