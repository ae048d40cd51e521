import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Socket } from 'node:net';
import { ReadStream } from '../../app/contract/read-stream.ts';
import type { ApiDeps } from '../deps.ts';
import { openApi, operatorKey } from './opened-api.ts';
import type { OpenedApi } from './opened-api.ts';

/** How a stream is asked for. */
type Asked = { readonly key?: string | null; readonly headers?: Record<string, string> };

/** The real API on a real socket, its clock held still. */
export class StreamStage implements AsyncDisposable {
  readonly api: OpenedApi;
  /** The connections that the server has. */
  readonly connections = new Set<Socket>();
  readonly url: string;

  private constructor(api: OpenedApi) {
    this.api = api;
    const { port } = api.app.server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    api.app.server.on('connection', (socket: Socket) => void this.connections.add(socket));
  }

  static async open(parts: Partial<ApiDeps> = {}): Promise<StreamStage> {
    const api = await openApi(parts);
    await api.app.listen({ port: 0, host: '127.0.0.1' });
    return new StreamStage(api);
  }

  /** Asks for anything, over the socket. */
  async ask(path: string, { key = operatorKey, headers = {} }: Asked = {}): Promise<Response> {
    const access = key === null ? {} : { authorization: `Bearer ${key}` };
    const accept = { accept: 'text/event-stream' };
    return fetch(this.url + path, { headers: { ...accept, ...access, ...headers } });
  }

  /** Opens a stream; insists on it. */
  async follow(path: string, asked: Asked = {}): Promise<ReadStream> {
    const response = await this.ask(path, asked);
    assert.equal(response.status, 200);
    return new ReadStream(response);
  }

  /** Publishes, and answers the id. */
  async publish(data: unknown, parts: { type?: string; tenant?: string; key?: string } = {}) {
    const { type = 'a.b', ...as } = parts;
    const answer = await this.api.call({
      method: 'POST',
      url: '/v1/events',
      ...as,
      body: { type, data },
    });
    assert.equal(answer.statusCode, 202, answer.body);
    return answer.json<{ id: string }>().id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    await this.api[Symbol.asyncDispose]();
  }
}

/** The next connection that a server takes in. */
export async function nextConnection({ api }: StreamStage): Promise<Socket> {
  const [socket] = (await once(api.app.server, 'connection')) as [Socket];
  return socket;
}
