import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

/** What a receiver does on a connection, in the language of corpora/hostile-responses.json. */
export type Step = {
  readonly send?: string;
  readonly send_base64?: string;
  readonly send_parts?: readonly (readonly [text: string, times: number])[];
  readonly send_gzip_zeros?: number;
  readonly send_brotli_zeros?: number;
  readonly headers?: string;
  readonly sleep_ms?: number;
  readonly close?: 'fin' | 'rst';
  readonly repeat?: readonly Step[];
  readonly every_ms?: number;
  readonly count?: number | 'forever';
  readonly read?: 'never';
  readonly read_rate_bytes_per_s?: number;
  readonly on_attempt?: readonly number[] | 'rest' | 'odd' | 'even';
  readonly do?: readonly Step[];
};

export type Script = {
  readonly steps: readonly Step[];
  readonly when: 'on_request' | 'on_accept';
  /** The server side of TLS; null speaks plain HTTP. */
  readonly tls: TlsOptions | null;
};

/** A receiver on loopback that does what its script says, and remembers what it was sent. */
export class ScriptedReceiver implements AsyncDisposable {
  /** The heads of the requests, as they came. */
  readonly heads: string[] = [];
  readonly #script: Script;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #over = new AbortController();

  constructor(script: Script) {
    this.#script = script;
    const take = (socket: Socket): void => this.#take(socket);
    this.#server = script.tls === null ? createServer(take) : createTlsServer(script.tls, take);
    // Handshakes that fail are what some scripts are about.
    this.#server.on('tlsClientError', (_error: Error, socket: TLSSocket) => socket.destroy());
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    socket.setMaxListeners(0);
    const { steps, when } = this.#script;
    const [first] = steps;
    if (first?.read === 'never') socket.pause();
    else if (first?.read_rate_bytes_per_s !== undefined) this.#drip(socket, first);
    else if (when === 'on_accept') this.#play(socket, steps);
    else this.#onRequests(socket, () => this.#play(socket, steps));
  }

  #drip(socket: Socket, { read_rate_bytes_per_s: rate = 1 }: Step): void {
    socket.on('readable', () => {});
    const timer = setInterval(() => void socket.read(rate), 1_000);
    socket.on('close', () => clearInterval(timer));
  }

  #onRequests(socket: Socket, run: () => void): void {
    let pending = '';
    socket.on('data', (chunk: Buffer) => {
      pending += chunk.toString('latin1');
      for (;;) {
        const end = pending.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(pending.slice(0, end))?.[1] ?? 0);
        if (end < 0 || pending.length < end + 4 + length) return;
        this.heads.push(pending.slice(0, end));
        pending = pending.slice(end + 4 + length);
        run();
      }
    });
  }

  #play(socket: Socket, steps: readonly Step[]): void {
    const number = this.heads.length;
    this.#run(socket, steps, number).catch((error: unknown) => {
      if (!socket.destroyed && !this.#over.signal.aborted) throw error;
    });
  }

  async #run(socket: Socket, steps: readonly Step[], number: number): Promise<void> {
    for (const step of steps) {
      if (socket.destroyed || this.#over.signal.aborted) return;
      await this.#step(socket, step, number);
    }
  }

  async #step(socket: Socket, step: Step, number: number): Promise<void> {
    if (step.send !== undefined) await write(socket, Buffer.from(step.send, 'latin1'));
    else if (step.send_base64 !== undefined)
      await write(socket, Buffer.from(step.send_base64, 'base64'));
    else if (step.send_parts !== undefined) await write(socket, partsOf(step.send_parts));
    else if (step.send_gzip_zeros !== undefined) await sendZeros(socket, step);
    else if (step.send_brotli_zeros !== undefined) await sendZeros(socket, step);
    else if (step.sleep_ms !== undefined) await this.#sleep(step.sleep_ms);
    else if (step.close !== undefined) close(socket, step.close);
    else if (step.repeat !== undefined) await this.#repeat(socket, step, number);
    else if (step.do === undefined)
      assert.equal(step.read, 'never', `unknown step ${JSON.stringify(step)}`);
    else if (isForAttempt(step, number, this.#script.steps))
      await this.#run(socket, step.do, number);
  }

  async #repeat(socket: Socket, step: Step, number: number): Promise<void> {
    const count = step.count === 'forever' ? Infinity : (step.count ?? 0);
    for (let turn = 0; turn < count && !socket.destroyed; turn += 1) {
      await this.#run(socket, step.repeat ?? [], number);
      if (this.#over.signal.aborted) return;
      if ((step.every_ms ?? 0) > 0) await this.#sleep(step.every_ms ?? 0);
      else if (turn % 100 === 0) await nextTurn();
    }
  }

  #sleep(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#over.signal });
  }
}

function isForAttempt(step: Step, number: number, all: readonly Step[]): boolean {
  const { on_attempt: which } = step;
  if (which === 'odd') return number % 2 === 1;
  if (which === 'even') return number % 2 === 0;
  if (which !== 'rest') return which?.includes(number) === true;
  return !all.some(
    (each) => typeof each.on_attempt === 'object' && each.on_attempt.includes(number),
  );
}

function partsOf(parts: NonNullable<Step['send_parts']>): Buffer {
  return Buffer.concat(parts.map(([text, times]) => Buffer.from(text.repeat(times), 'latin1')));
}

async function write(socket: Socket, bytes: Buffer): Promise<void> {
  if (socket.destroyed || socket.write(bytes)) return;
  await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
}

async function sendZeros(socket: Socket, step: Step): Promise<void> {
  const isGzip = step.send_gzip_zeros !== undefined;
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 4 };
  const zip = isGzip ? createGzip() : createBrotliCompress({ params: quality });
  const bytes = step.send_gzip_zeros ?? step.send_brotli_zeros ?? 0;
  const zeros = Buffer.alloc(1_048_576);
  socket.write(`${step.headers ?? ''}Connection: close\r\n\r\n`);
  zip.on('error', () => {});
  zip.pipe(socket);
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += zeros.length) {
    if (!zip.write(zeros)) await Promise.race([once(zip, 'drain'), once(socket, 'close')]);
  }
  zip.end();
}

function close(socket: Socket, how: 'fin' | 'rst'): void {
  if (how === 'fin') socket.end();
  else socket.resetAndDestroy();
}
