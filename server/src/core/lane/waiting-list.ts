import type { PendingDelivery } from '../delivery.ts';

/** Deliveries by due time, then position. Short (a lane's worth), so shifting beats a tree. */
export class WaitingList {
  #items: PendingDelivery[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The delivery at `index`, 0 being the first due. */
  at(index: number): PendingDelivery | undefined {
    return this.#items[index];
  }

  /** Those that go in an order. */
  get ordered(): PendingDelivery[] {
    return this.#items.filter(({ orderKey }) => orderKey !== null);
  }

  get last(): PendingDelivery | undefined {
    return this.#items[this.#items.length - 1];
  }

  add(delivery: PendingDelivery): void {
    const items = this.#items;
    let index = items.length;
    for (; index > 0; index -= 1) {
      const other = items[index - 1];
      if (other === undefined || goesBefore(other, delivery)) break;
    }
    if (index === items.length) items.push(delivery);
    else items.splice(index, 0, delivery);
  }

  /** Removes and answers the delivery at `index`. */
  takeAt(index: number): PendingDelivery | undefined {
    return index === 0 ? this.#items.shift() : this.#items.splice(index, 1)[0];
  }

  remove(delivery: PendingDelivery): void {
    const index = this.#items.indexOf(delivery);
    if (index >= 0) this.#items.splice(index, 1);
  }

  /** Removes and answers everything. */
  takeAll(): PendingDelivery[] {
    return this.#items.splice(0);
  }
}

/** Whether `one` goes before `other`: earlier due, then earlier accepted. */
export function goesBefore(one: PendingDelivery, other: PendingDelivery): boolean {
  return one.dueAt === other.dueAt ? one.position < other.position : one.dueAt < other.dueAt;
}
