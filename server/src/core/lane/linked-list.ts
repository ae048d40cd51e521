/** An item's place in at most one list at a time. */
export type Link<T> = {
  readonly item: T;
  list: LinkedList<T> | null;
  before: Link<T> | null;
  after: Link<T> | null;
};

/** A link that is in no list yet. */
export function linkOf<T>(item: T): Link<T> {
  return { item, list: null, before: null, after: null };
}

/** A queue from which an item can also leave the middle, both at constant cost. */
export class LinkedList<T> {
  #first: Link<T> | null = null;
  #last: Link<T> | null = null;

  get first(): Link<T> | null {
    return this.#first;
  }

  append(link: Link<T>): void {
    link.list = this;
    link.before = this.#last;
    link.after = null;
    if (this.#last === null) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
  }

  remove(link: Link<T>): void {
    if (link.before === null) this.#first = link.after;
    else link.before.after = link.after;
    if (link.after === null) this.#last = link.before;
    else link.after.before = link.before;
    link.list = null;
    link.before = null;
    link.after = null;
  }
}
