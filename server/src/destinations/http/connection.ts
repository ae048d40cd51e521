import type { Socket } from 'node:net';
import type { Client, Dispatcher } from 'undici';
import { limits } from '../../core/limits.ts';
import type { OutgoingRequest } from './compose-request.ts';
import type { Origin } from './target.ts';
import { UndiciClient } from './undici-client.ts';

/** Told what happens on a connection while it carries a request. */
export type Exchange = Dispatcher.DispatchHandler & {
  /** Bytes came and the head of the answer is not complete though it is larger than allowed. */
  onHeadTooLarge(): void;
  /** Whether the head of the answer has come. */
  readonly hasHead: boolean;
};

/** The socket is gone; the cause says why. */
export class ConnectionOver extends Error {}

/**
 * One open socket with undici's parser on it, for one request at a time. The parser never
 * connects by itself: it gets the socket that the guard judged, once.
 */
export class Connection {
  readonly origin: Origin;
  readonly openedAtMs: number;
  readonly #socket: Socket;
  readonly #client: Client;
  readonly #onOver: (connection: Connection) => void;
  #exchange: Exchange | null = null;
  #unparsedBytes = 0;
  #isTaken = false;
  #cause: Error | null = null;
  #isOver = false;
  #requestCount = 0;

  constructor(
    socket: Socket,
    given: { origin: Origin; openedAtMs: number; onOver: (connection: Connection) => void },
  ) {
    this.origin = given.origin;
    this.openedAtMs = given.openedAtMs;
    this.#onOver = given.onOver;
    this.#socket = socket;
    this.#client = this.#parserOn(given.origin);
  }

  /** Whether the socket is closed or about to be. */
  get isOver(): boolean {
    return this.#isOver || this.#socket.destroyed;
  }

  /** Whether the request under way is not the first. */
  get isReused(): boolean {
    return this.#requestCount > 1;
  }

  /** Sends a request; what follows is told to `exchange`. */
  send(request: OutgoingRequest, exchange: Exchange): void {
    this.#exchange = exchange;
    this.#unparsedBytes = 0;
    this.#requestCount += 1;
    const { path, body } = request;
    const headers = request.headers as string[];
    this.#client.dispatch({ path, method: 'POST', headers, body }, exchange);
  }

  /** Forgets the request that was carried; the connection may carry another. */
  release(): void {
    this.#exchange = null;
  }

  /** Closes the socket at once. */
  close(): void {
    this.#isOver = true;
    this.#exchange = null;
    this.#client.destroy(new ConnectionOver('closed by us'), () => {});
    this.#socket.destroy();
  }

  #parserOn(origin: Origin): Client {
    const client = new UndiciClient(origin.text, {
      allowH2: false,
      pipelining: 1,
      // One deadline over the whole attempt replaces these, which a dripping endpoint outlives.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: limits.answerHeadBytes,
      keepAliveTimeout: limits.connectionIdleMs,
      keepAliveMaxTimeout: limits.connectionAgeMs,
      connect: (_, callback) => this.#hand(callback),
    });
    client.on('disconnect', (_origin, _targets, error) => {
      this.#cause = error;
      this.#isOver = true;
      this.#onOver(this);
    });
    return client;
  }

  #hand(callback: (...answer: [null, Socket] | [Error, null]) => void): void {
    if (this.#isTaken) {
      callback(new ConnectionOver('the connection is over', { cause: this.#cause }), null);
      return;
    }
    this.#isTaken = true;
    // Heard before undici's own listener, so before these bytes are parsed.
    this.#socket.on('readable', () => this.#countHead());
    // Not at once: undici does not look at its queue again while it is still asking to connect.
    queueMicrotask(() => callback(null, this.#socket));
  }

  /** A reason phrase may be any length without undici minding; this bounds the whole head. */
  #countHead(): void {
    const exchange = this.#exchange;
    if (exchange === null || exchange.hasHead) return;
    if (this.#unparsedBytes > limits.answerHeadBytes) exchange.onHeadTooLarge();
    else this.#unparsedBytes += this.#socket.readableLength;
  }
}
