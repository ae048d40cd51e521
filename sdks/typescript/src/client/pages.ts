import type { RequestOptions, Transport } from './transport.ts';

/** One page of a list, newest first. */
export type Page<Item> = { readonly data: readonly Item[]; readonly nextCursor: string | null };

/** A list: `for await` goes through all of it, page by page; `page` reads one. */
export class Pages<Item> implements AsyncIterable<Item> {
  readonly #transport: Transport;
  readonly #path: string;
  readonly #query: object;
  readonly #options: RequestOptions;

  constructor(
    transport: Transport,
    path: string,
    { query, options }: { query: object; options: RequestOptions },
  ) {
    this.#transport = transport;
    this.#path = path;
    this.#query = query;
    this.#options = options;
  }

  /** The page that a cursor leads to; the first without one. */
  page(cursor?: string): Promise<Page<Item>> {
    return this.#transport.call<Page<Item>>({
      ...this.#options,
      method: 'GET',
      path: this.#path,
      query: { ...this.#query, cursor },
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    let cursor: string | null = null;
    do {
      const page: Page<Item> = await this.page(cursor ?? undefined);
      yield* page.data;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  /** The first items, at most so many. */
  async first(countMax: number): Promise<Item[]> {
    const items: Item[] = [];
    if (countMax <= 0) return items;
    for await (const item of this) {
      items.push(item);
      if (items.length >= countMax) break;
    }
    return items;
  }
}
