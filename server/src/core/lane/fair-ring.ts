import type { TenantId } from '../ids.ts';
import { LinkedList, linkOf } from './linked-list.ts';
import type { Link } from './linked-list.ts';

type TenantTurn<T> = {
  seatCount: number;
  readonly members: readonly LinkedList<T>[];
  readonly links: readonly Link<TenantTurn<T>>[];
};

/** A member's seat in one ring, at a level or at none. */
export type Seat<T> = {
  readonly tenantId: TenantId;
  readonly turn: TenantTurn<T>;
  readonly links: readonly Link<T>[];
  level: number | null;
};

/**
 * Gives turns to tenants one after the other, and within a tenant to its members. A turn at a
 * level goes to members seated at that level or below; who had one, at whatever level, is last.
 */
export class FairRing<T> {
  readonly #tenants = new Map<TenantId, TenantTurn<T>>();
  readonly #turns: readonly LinkedList<TenantTurn<T>>[];

  constructor(levelCount: number) {
    this.#turns = lists(levelCount);
  }

  /** A seat for `member`, at no level yet; it must be given up when the member leaves for good. */
  seat(member: T, tenantId: TenantId): Seat<T> {
    const turn = this.#tenants.get(tenantId) ?? this.#newTurn(tenantId);
    turn.seatCount += 1;
    return { tenantId, turn, links: this.#turns.map(() => linkOf(member)), level: null };
  }

  giveUp(seat: Seat<T>): void {
    this.sit(seat, null);
    seat.turn.seatCount -= 1;
    if (seat.turn.seatCount === 0) this.#tenants.delete(seat.tenantId);
  }

  /** Moves a member to a level, or to none; where it waits already it keeps its place. */
  sit(seat: Seat<T>, level: number | null): void {
    const levelCount = seat.links.length;
    const before = seat.level ?? levelCount;
    const after = level ?? levelCount;
    seat.level = level;
    for (let each = before; each < after; each += 1) this.#leave(seat, each);
    for (let each = after; each < before; each += 1) this.#join(seat, each);
  }

  /** The member whose turn it is at a level; it stays seated, and its tenant comes last. */
  turn(level: number): T | null {
    const tenant = this.#turns[level]?.first?.item;
    if (tenant === undefined) return null;
    toEnd(tenant.links);
    return tenant.members[level]?.first?.item ?? null;
  }

  /** Puts a member that had its turn behind the others of its tenant. */
  hadTurn(seat: Seat<T>): void {
    toEnd(seat.links);
  }

  #join({ turn, links }: Seat<T>, level: number): void {
    const link = links[level];
    const tenant = turn.links[level];
    if (link === undefined || tenant === undefined) return;
    turn.members[level]?.append(link);
    if (tenant.list === null) this.#turns[level]?.append(tenant);
  }

  #leave({ turn, links }: Seat<T>, level: number): void {
    const link = links[level];
    const tenant = turn.links[level];
    if (link === undefined || tenant === undefined) return;
    turn.members[level]?.remove(link);
    if (turn.members[level]?.first === null) this.#turns[level]?.remove(tenant);
  }

  #newTurn(tenantId: TenantId): TenantTurn<T> {
    const links: Link<TenantTurn<T>>[] = [];
    const turn = { seatCount: 0, members: lists<T>(this.#turns.length), links };
    for (let level = 0; level < this.#turns.length; level += 1) links.push(linkOf(turn));
    this.#tenants.set(tenantId, turn);
    return turn;
  }
}

function toEnd<T>(links: readonly Link<T>[]): void {
  for (const link of links) {
    if (link.list !== null && link.after !== null) {
      const { list } = link;
      list.remove(link);
      list.append(link);
    }
  }
}

function lists<T>(count: number): LinkedList<T>[] {
  return Array.from({ length: count }, () => new LinkedList<T>());
}
