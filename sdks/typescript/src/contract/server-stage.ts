import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../../server/src/app/config.ts';
import { startPosthorn } from '../../../../server/src/app/start.ts';
import { toNodeHandler } from '../adapters/node.ts';
import { Posthorn } from '../client/posthorn.ts';
import type { WebhookHandler } from '../receiver/create-handler.ts';

const adminKey = 'ph_sdk-tests-0123456789-0123456789-ab';
const patienceMs = 20_000;

/** A real server on loopback, a client of it, and receivers for what it sends. */
export class ServerStage implements AsyncDisposable {
  readonly url: string;
  readonly apiKey = adminKey;
  readonly posthorn: Posthorn;
  readonly #opened: AsyncDisposableStack;

  private constructor(url: string, opened: AsyncDisposableStack) {
    this.url = url;
    this.#opened = opened;
    this.posthorn = new Posthorn({ url, apiKey: adminKey, tenant: 'default' });
  }

  static async open(): Promise<ServerStage> {
    await using opened = new AsyncDisposableStack();
    const dataDir = await mkdtemp(join(tmpdir(), 'posthorn-sdk-'));
    opened.defer(() => rm(dataDir, { recursive: true }));
    const input = { data: dataDir, port: '0', dev: true };
    const config = readConfig(input, { POSTHORN_ADMIN_KEY: adminKey });
    const options = { version: '0.0.0-test', drainMs: 20, level: 'error' } as const;
    const server = await startPosthorn(config, options);
    opened.defer(() => server.stop());
    return new ServerStage(server.url, opened.move());
  }

  /** Serves a receiver; answers its address. */
  async receive(handler: WebhookHandler): Promise<string> {
    const server = createServer(toNodeHandler(handler));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#opened.defer(() => closed(server));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    return `http://127.0.0.1:${address.port}/webhooks`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}

/** What tests wait for: resolves with what is told, or fails when nothing is. */
export function awaited<Value>(): { told: (value: Value) => void; soon: Promise<Value> } {
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  const late = setTimeout(() => reject(new Error('it never came')), patienceMs);
  return { told: resolve, soon: promise.finally(() => clearTimeout(late)) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
