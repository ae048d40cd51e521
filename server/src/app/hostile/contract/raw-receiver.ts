import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A request as its bytes were on the socket. */
export type RawRequest = { readonly path: string; readonly head: string; readonly body: Buffer };

const patienceMs = 10_000;
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

/** A receiver on loopback that reads requests byte by byte, so that nothing is tidied up. */
export class RawReceiver implements AsyncDisposable {
  readonly requests: RawRequest[] = [];
  readonly #server: Server = createServer((socket) => this.#take(socket));
  readonly #sockets = new Set<Socket>();
  readonly #waiting: (() => void)[] = [];

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The first request that `is` wants, waited for. */
  async arrived(is: (request: RawRequest) => boolean): Promise<RawRequest> {
    for (;;) {
      const found = this.requests.find(is);
      if (found !== undefined) return found;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const late = setTimeout(() => reject(new Error('no such request came')), patienceMs);
      this.#waiting.push(resolve);
      await promise.finally(() => clearTimeout(late));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(socket: Socket): void {
    let pending: Buffer = Buffer.alloc(0);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        const taken = takeRequest(pending);
        if (taken === null) return;
        pending = taken.rest;
        this.requests.push(taken.request);
        socket.write(answer);
        for (const wake of this.#waiting.splice(0)) wake();
      }
    });
  }
}

function takeRequest(bytes: Buffer): { request: RawRequest; rest: Buffer } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = bytes.toString('latin1', 0, headEnd);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const end = headEnd + 4 + length;
  if (bytes.length < end) return null;
  const path = head.split(' ', 2)[1] ?? '';
  return {
    request: { path, head, body: bytes.subarray(headEnd + 4, end) },
    rest: bytes.subarray(end),
  };
}
