/** A list kept in order; no two items compare as equal. */
export class SortedList<Item> {
  readonly #items: Item[] = [];
  readonly #compare: (a: Item, b: Item) => number;

  constructor(compare: (a: Item, b: Item) => number) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#items.length;
  }

  /** The item at a place from 0; undefined outside the list. */
  at(place: number): Item | undefined {
    return this.#items[place];
  }

  add(item: Item): void {
    const place = this.placeOf((other) => this.#compare(other, item));
    if (place === this.#items.length) this.#items.push(item);
    else this.#items.splice(place, 0, item);
  }

  remove(item: Item): void {
    const place = this.placeOf((other) => this.#compare(other, item));
    if (this.#items[place] === item) this.#items.splice(place, 1);
  }

  /** How many items stand before something, told for each item by the sign of `side`. */
  placeOf(side: (item: Item) => number): number {
    let [low, high] = [0, this.#items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.#items[middle];
      if (item !== undefined && side(item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#items[Symbol.iterator]();
  }
}
