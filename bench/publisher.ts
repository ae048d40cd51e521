/** A process that publishes prebuilt requests, in a closed loop or at a rate. */
import { Buffer } from 'node:buffer';
import { connect, type Socket } from 'node:net';
import { sentAtBlank, sentAtLabel } from './http/event-bytes.ts';
import { MessageReader, type Message } from './http/message-reader.ts';
import { monotonicUs } from './http/monotonic.ts';
import type { Published, PublishPlan } from './http/publish-plan.ts';
import { answerCalls } from './stage/remote.ts';

const putOffMs = 50;
const tickMs = 1;
/** A request sent later than this after its time counts from its time. */
const lateUs = 5_000;

answerCalls({ publish: (plan: PublishPlan) => new Publishing(plan).run() });

type Request = { bytes: Buffer; stampAt: number };
type Line = { socket: Socket; requestIndex: number; sentAtUs: number };

class Publishing {
  readonly #plan: PublishPlan;
  readonly #requests: Request[];
  readonly #done = Promise.withResolvers<void>();
  readonly #answerUs: number[] = [];
  readonly #idle: Line[] = [];
  readonly #lines: Line[] = [];
  #startedCount = 0;
  #acceptedCount = 0;
  #putOffCount = 0;

  constructor(plan: PublishPlan) {
    this.#plan = plan;
    this.#requests = plan.bodies.map((body, index) => requestOf(plan, body, index));
  }

  async run(): Promise<Published> {
    const { connectionCount, ratePerSecond, waitMs } = this.#plan;
    const lines = Array.from({ length: connectionCount }, () => this.#open());
    await Promise.all(lines);
    const startedAtUs = monotonicUs();
    const timeout = setTimeout(() => this.#fail('took too long'), waitMs);
    const ticker = ratePerSecond === null ? null : this.#tick(startedAtUs, ratePerSecond);
    if (ratePerSecond === null) for (const line of this.#idle.splice(0)) this.#next(line);
    await this.#done.promise.finally(() => {
      clearTimeout(timeout);
      if (ticker !== null) clearInterval(ticker);
      for (const { socket } of this.#lines) socket.destroy();
    });
    const [acceptedCount, putOffCount] = [this.#acceptedCount, this.#putOffCount];
    const answerUs = this.#answerUs;
    return { acceptedCount, putOffCount, startedAtUs, endedAtUs: monotonicUs(), answerUs };
  }

  #open(): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect({ port: this.#plan.port, host: '127.0.0.1', noDelay: true });
      const line: Line = { socket, requestIndex: 0, sentAtUs: 0 };
      const reader = new MessageReader((message) => this.#answered(line, message));
      socket.on('data', (chunk) => reader.take(chunk));
      socket.on('error', (error) => this.#fail(error.message));
      socket.on('close', () => this.#fail('the server closed a connection'));
      socket.on('connect', () => {
        this.#lines.push(line);
        this.#idle.push(line);
        resolve();
      });
    });
  }

  /**
   * The clock alone keeps the rate; what had to wait for a connection is as old as its time.
   * Connections take turns, since the server hangs up on one that stays unused.
   */
  #tick(startedAtUs: number, ratePerSecond: number): NodeJS.Timeout {
    return setInterval(() => {
      const dueCount = ((monotonicUs() - startedAtUs) * ratePerSecond) / 1e6;
      while (this.#startedCount < Math.min(dueCount, this.#plan.requestCount)) {
        const line = this.#idle.shift();
        if (line === undefined) return;
        const dueAtUs = startedAtUs + (this.#startedCount * 1e6) / ratePerSecond;
        this.#next(line, dueAtUs);
      }
    }, tickMs);
  }

  #next(line: Line, dueAtUs = Infinity): void {
    line.requestIndex = this.#startedCount % this.#requests.length;
    this.#startedCount += 1;
    const now = monotonicUs();
    line.sentAtUs = now - dueAtUs > lateUs ? Math.floor(dueAtUs) : now;
    this.#send(line);
  }

  #send(line: Line): void {
    const request = this.#requests[line.requestIndex];
    if (request === undefined) return;
    const { bytes, stampAt } = request;
    if (!this.#plan.stampsTime) line.socket.write(bytes);
    else line.socket.write(stamped(bytes, stampAt, line.sentAtUs));
  }

  #answered(line: Line, { head, bytes, bodyStart, bodyEnd }: Message): void {
    const status = head.slice(9, 12);
    if (status === '503') {
      this.#putOffCount += 1;
      setTimeout(() => this.#send(line), putOffMs);
      return;
    }
    const body = bytes.subarray(bodyStart, bodyEnd);
    const isWhole = !this.#plan.isBatch || body.includes('"rejectedCount":0');
    if (!status.startsWith('2') || !isWhole)
      return this.#fail(`${head}\n${body.toString().slice(0, 500)}`);
    this.#acceptedCount += 1;
    this.#answerUs.push(monotonicUs() - line.sentAtUs);
    if (this.#acceptedCount === this.#plan.requestCount) return this.#done.resolve();
    if (this.#plan.ratePerSecond !== null) this.#idle.push(line);
    else if (this.#startedCount < this.#plan.requestCount) this.#next(line);
  }

  #fail(reason: string): void {
    this.#done.reject(new Error(`publishing ${reason}`));
  }
}

function requestOf(
  { port, key, isBatch, paths = [] }: PublishPlan,
  body: string,
  index: number,
): Request {
  const path = paths[index % paths.length] ?? `/v1/events${isBatch ? '/batch' : ''}`;
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
  return { bytes, stampAt: bytes.indexOf(sentAtLabel) + sentAtLabel.length };
}

// A copy, because the socket may still hold the bytes when the next request is stamped.
function stamped(bytes: Buffer, stampAt: number, sentAtUs: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(String(sentAtUs).padStart(sentAtBlank.length, '0'), stampAt, 'latin1');
  return copy;
}
