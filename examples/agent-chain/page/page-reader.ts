import { Posthorn } from '@posthorn/sdk';
import type { TaskProgressData } from '@posthorn/sdk';

/** An event of a task, as the page got it. */
export type Shown = { readonly type: string; readonly data: TaskProgressData };

/** Reads what the page reads, as a browser would: by its token, from its origin, with no key. */
export class PageReader {
  readonly shown: Shown[] = [];
  /** The origins that the server let read its answers. */
  readonly allowedOrigins = new Set<string | null>();
  readonly #stopping = new AbortController();
  readonly #reading: Promise<void>;

  constructor(origin: string, streamUrl: string) {
    const { origin: url, searchParams } = new URL(streamUrl);
    const posthorn = new Posthorn({
      url,
      fetch: (input, init) => this.#fetch(origin, input, init),
    });
    this.#reading = this.#read(posthorn, searchParams.get('token') ?? '');
  }

  /** Everything that came so far. */
  async close(): Promise<readonly Shown[]> {
    this.#stopping.abort();
    await this.#reading;
    return this.shown;
  }

  async #read(posthorn: Posthorn, token: string): Promise<void> {
    const { signal } = this.#stopping;
    const wish = { token, after: 'oldest' };
    for await (const { type, event } of posthorn.stream<TaskProgressData>(wish, { signal })) {
      if (event.data !== undefined) this.shown.push({ type, data: event.data });
    }
  }

  async #fetch(origin: string, ...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    const headers = new Headers(init?.headers);
    headers.set('origin', origin);
    const answer = await fetch(input, { ...init, headers });
    this.allowedOrigins.add(answer.headers.get('access-control-allow-origin'));
    return answer;
  }
}
