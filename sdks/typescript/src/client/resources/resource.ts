import { Pages } from '../pages.ts';
import type { ApiRequest, RequestOptions, Transport } from '../transport.ts';

/** What the resources of the API have in common. */
export class Resource {
  protected readonly transport: Transport;
  readonly #path: string;

  constructor(transport: Transport, path: string) {
    this.transport = transport;
    this.#path = path;
  }

  /** The path of the resource, or of what lies below it; each part is escaped. */
  protected path(...parts: readonly string[]): string {
    return [this.#path, ...parts.map(encodeURIComponent)].join('/');
  }

  protected read<Body>(path: string, options: RequestOptions = {}, query?: object): Promise<Body> {
    return this.transport.call<Body>({ ...options, method: 'GET', path, query });
  }

  protected send<Body>(
    method: ApiRequest['method'],
    path: string,
    options: RequestOptions = {},
    body?: unknown,
  ): Promise<Body> {
    return this.transport.call<Body>({ ...options, method, path, body });
  }

  protected pages<Item>(
    path: string,
    query: object = {},
    options: RequestOptions = {},
  ): Pages<Item> {
    return new Pages<Item>(this.transport, path, { query, options });
  }
}
