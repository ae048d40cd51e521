import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { readConfig } from '../../config.ts';
import { startPosthorn } from '../../start.ts';
import { RawReceiver } from './raw-receiver.ts';

/** What the server answered. */
export type Answered = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
};

type Asked = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};

/** The key of the operator on a {@link HostileStage}. */
export const hostileKey = 'ph_hostile-0123456789-0123456789-ab';
const drainMs = 20;

/** A whole server with its threads, its store, and a receiver on loopback. */
export class HostileStage implements AsyncDisposable {
  readonly receiver: RawReceiver;
  /** Where the receiver listens, without a path. */
  readonly origin: string;
  readonly port: number;
  readonly #opened: AsyncDisposableStack;
  #isPrepared = false;
  #count = 0;

  private constructor(parts: {
    receiver: RawReceiver;
    origin: string;
    port: number;
    opened: AsyncDisposableStack;
  }) {
    this.receiver = parts.receiver;
    this.origin = parts.origin;
    this.port = parts.port;
    this.#opened = parts.opened;
  }

  static async open({ dev = true } = {}): Promise<HostileStage> {
    await using opened = new AsyncDisposableStack();
    const dataDir = await mkdtemp(join(tmpdir(), 'posthorn-hostile-'));
    opened.defer(() => rm(dataDir, { recursive: true }));
    const receiver = opened.use(new RawReceiver());
    const origin = await receiver.listen();
    const input = { data: dataDir, port: '0', dev };
    const config = readConfig(input, { POSTHORN_ADMIN_KEY: hostileKey });
    const running = await startPosthorn(config, { version: '0.0.0-test', drainMs, level: 'error' });
    opened.defer(() => running.stop());
    const { port } = new URL(running.url);
    return new HostileStage({ receiver, origin, port: Number(port), opened: opened.move() });
  }

  /** Makes the endpoint that gets `good.*`. */
  async #prepare(): Promise<void> {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    const endpoint = asJson({ url: `${this.origin}/good`, types: ['good.*'] });
    const answer = await this.ask('POST', '/v1/endpoints', endpoint);
    assert.equal(answer.status, 201, answer.text);
  }

  /** A name that no other call answers. */
  fresh(prefix: string): string {
    this.#count += 1;
    return `${prefix}_${this.#count}`;
  }

  /** Sends a request whose path is not tidied up, with the operator's key. */
  async ask(method: string, path: string, { headers, body }: Asked = {}): Promise<Answered> {
    const sent = request({
      ...{ host: '127.0.0.1', port: this.port, method, path },
      headers: {
        authorization: `Bearer ${hostileKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    });
    // A server that refuses early may close while the body is still on its way.
    const failed = once(sent, 'error').then(([cause]: unknown[]) => Promise.reject(cause as Error));
    sent.end(body);
    const [answer] = (await Promise.race([once(sent, 'response'), failed])) as [
      Parameters<typeof text>[0] & { statusCode: number; headers: IncomingHttpHeaders },
    ];
    failed.catch(() => {});
    return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
  }

  /** Writes bytes on a socket of their own and reads until the server closes it. */
  async overSocket(write: string | Buffer): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(write);
    return (await buffer(socket)).toString('latin1');
  }

  /** Publishes an event for the good endpoint and insists that it arrives. */
  async delivers(): Promise<void> {
    await this.#prepare();
    const id = this.fresh('good');
    const body = JSON.stringify({ id, type: 'good.event', data: { n: 1 } });
    const answer = await this.ask('POST', '/v1/events', { body });
    assert.equal(answer.status, 202, answer.text);
    await this.receiver.arrived(({ head }) => head.includes(`\r\nwebhook-id: ${id}\r\n`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}

/** A value as a request's body. */
export function asJson(value: unknown): Asked {
  return { body: JSON.stringify(value) };
}
