import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { readConfig } from '../config.ts';
import { startPosthorn } from '../start.ts';
import type { Running } from '../start.ts';

/** A request that the receiver got. */
export type Received = {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
};

const patienceMs = 20_000;
const drainMs = 20;
const adminKey = 'ph_callbacks-0123456789-0123456789';

/** A server and a receiver on loopback sockets, and a data directory that outlives the server. */
export class CallbackStage implements AsyncDisposable {
  readonly received: Received[] = [];
  /** The statuses of the next answers, 200 when none is left; 0 never answers. */
  readonly answers: number[] = [];
  /** The statuses of all answers at these paths. */
  readonly statuses = new Map<string, number>();
  readonly #dataDir: string;
  readonly #arrivals: (() => void)[] = [];
  readonly #receiver = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { url = '', headers } = request;
      const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
      this.received.push({ url, headers: Object.fromEntries(texts), body: String(body) });
      for (const arrived of this.#arrivals.splice(0)) arrived();
      const status = this.statuses.get(url) ?? this.answers.shift() ?? 200;
      if (status !== 0) response.writeHead(status).end();
    });
  });
  #server: Running | null = null;

  private constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  static async open(): Promise<CallbackStage> {
    const stage = new CallbackStage(await mkdtemp(join(tmpdir(), 'posthorn-callbacks-')));
    stage.#receiver.listen(0, '127.0.0.1');
    await once(stage.#receiver, 'listening');
    await stage.start();
    return stage;
  }

  /** Where the receiver listens, without a path. */
  get origin(): string {
    return `http://127.0.0.1:${(this.#receiver.address() as AddressInfo).port}`;
  }

  /** How a command reaches the server. */
  get connection(): { readonly url: string; readonly key: string } {
    assert.ok(this.#server);
    return { url: this.#server.url, key: adminKey };
  }

  async start(): Promise<void> {
    const input = { data: this.#dataDir, port: '0', dev: true };
    const config = readConfig(input, { POSTHORN_ADMIN_KEY: adminKey });
    this.#server = await startPosthorn(config, { version: '0.0.0-test', drainMs });
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = null;
  }

  /** Asks the API; insists on a 2xx. */
  async call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const given = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await this.send(method, path, given);
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Answer;
  }

  /** Asks the API with headers and a body as they are. */
  async send(
    method: string,
    path: string,
    { headers, body }: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<Response> {
    assert.ok(this.#server);
    return fetch(this.#server.url + path, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        ...(headers ?? { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });
  }

  /** Answers when the receiver has got so many requests. */
  async arrived(count: number): Promise<Received[]> {
    while (this.received.length < count) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const late = setTimeout(() => reject(new Error(`request ${count} never came`)), patienceMs);
      this.#arrivals.push(resolve);
      await promise.finally(() => clearTimeout(late));
    }
    return this.received;
  }

  /** Everything on the disk, as text in which every byte is one character. */
  async disk(): Promise<string> {
    const names = await readdir(this.#dataDir);
    const files = names.map((name) => readFile(join(this.#dataDir, name), 'latin1'));
    return (await Promise.all(files)).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#receiver.closeAllConnections();
    this.#receiver.close();
    await rm(this.#dataDir, { recursive: true });
  }
}
