import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';

const pageLimit = 500;
const pollMs = 100;

type PageOf<T> = { data: T[]; nextCursor: string | null };

/** A created endpoint, as far as a row needs it. */
export type CreatedEndpoint = { id: string; secret: string };

/** The server's HTTP API, as far as rows need it outside of what they measure. */
export class Api {
  readonly port: number;
  readonly key: string;
  readonly #agent = new Agent({ connections: 2 });

  constructor(port: number, key: string) {
    this.port = port;
    this.key = key;
  }

  async isReady(): Promise<boolean> {
    try {
      return (await this.#call('GET', '/readyz')).status === 200;
    } catch {
      return false;
    }
  }

  async get<T>(path: string): Promise<T> {
    return this.#expect<T>('GET', path);
  }

  async post<T>(path: string, body: object = {}): Promise<T> {
    return this.#expect<T>('POST', path, body);
  }

  /** Makes an endpoint; without types it receives nothing yet. */
  createEndpoint(url: string, more: object = {}): Promise<CreatedEndpoint> {
    return this.post<CreatedEndpoint>('/v1/endpoints', { url, ...more });
  }

  /** Waits until no delivery is pending any more; false when the wait was too short. */
  async isDrained(waitMs: number): Promise<boolean> {
    const endAt = performance.now() + waitMs;
    while (performance.now() < endAt) {
      const { text } = await this.#call('GET', '/metrics');
      const pending = /^posthorn_deliveries_pending (\d+)$/m.exec(text)?.[1];
      if (pending === undefined) throw new Error('the metrics do not say how many are pending');
      if (pending === '0') return true;
      await wait(pollMs);
    }
    return false;
  }

  /** Counts the attempts that the log lists as succeeded, page by page, up to `countMax`. */
  async countSucceeded(countMax: number): Promise<number> {
    let count = 0;
    let cursor: string | null = null;
    for (let pages = 0; pages <= countMax / pageLimit; pages += 1) {
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: PageOf<{ status: string }> = await this.get(
        `/v1/attempts?limit=${pageLimit}${after}`,
      );
      count += page.data.filter(({ status }) => status === 'succeeded').length;
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    return count;
  }

  async #expect<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const { status, text } = await this.#call(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
    return JSON.parse(text) as T;
  }

  async #call(method: 'GET' | 'POST', path: string, body?: object) {
    const answer = await request(`http://127.0.0.1:${this.port}${path}`, {
      method,
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }
}
