import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { join } from 'node:path';

const html = readFileSync(join(import.meta.dirname, 'page.html'));

/** Serves the page that shows the agents at work, from an origin of its own. */
export class PageServer implements AsyncDisposable {
  readonly origin: string;
  /** Where the page reads its events, its token included. */
  streamUrl = '';
  readonly #server: Server;

  private constructor(server: Server, origin: string) {
    this.#server = server;
    this.origin = origin;
  }

  static async open(): Promise<PageServer> {
    const server = createServer((request, response) => {
      const isConfig = request.url === '/config.json';
      response.setHeader('content-type', isConfig ? 'application/json' : 'text/html');
      response.end(isConfig ? JSON.stringify({ streamUrl: page.streamUrl }) : html);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const page = new PageServer(server, `http://127.0.0.1:${port}`);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
