import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections on which nothing was asked yet. Browsers and pools open some ahead of need, and a
 * server that closes does not take them for idle ones.
 */
export class UnusedConnections {
  readonly #open = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  /** Closes them. */
  close(): void {
    for (const socket of this.#open) if (socket.bytesRead === 0) socket.destroy();
  }
}
