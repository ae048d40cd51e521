import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

const patienceMs = 20_000;
const lookMs = 10;
const contentType = 'application/a2a+json';

/** An agent that listens for pushes, and takes those alone that show what it has given out. */
export class A2aAgent implements AsyncDisposable {
  /** Told to whom may notify it, in both ways of the protocol. */
  readonly credentials = 'Bearer credentials-of-the-agent';
  readonly token = 'token-of-one-task';
  /** What came, by the event that it tells of, and the path it came to. */
  readonly pushes = new Map<string, Buffer>();
  readonly #server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { url = '', headers } = request;
      const isKnown =
        url === '/task'
          ? headers['x-a2a-notification-token'] === this.token
          : headers.authorization === this.credentials;
      const isTaken = isKnown && headers['content-type'] === contentType;
      if (isTaken) this.pushes.set(`${url} ${String(headers['webhook-id'])}`, body);
      response.writeHead(isTaken ? 200 : 401).end();
    });
  });

  static async open(): Promise<A2aAgent> {
    const agent = new A2aAgent();
    agent.#server.listen(0, '127.0.0.1');
    await once(agent.#server, 'listening');
    return agent;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The body of each push, in the order asked for; throws when one never came. */
  async bodies(keys: readonly string[]): Promise<Buffer[]> {
    for (let leftMs = patienceMs; leftMs > 0; leftMs -= lookMs) {
      const found = keys.flatMap((key) => this.pushes.get(key) ?? []);
      if (found.length === keys.length) return found;
      await wait(lookMs);
    }
    const missing = keys.filter((key) => !this.pushes.has(key));
    throw new Error(`the agent was never told of ${missing.join(', ')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
