/**
 * A process that receives deliveries and counts them, as cheaply as Node allows.
 *
 * What an endpoint does is said by its path: `/ok` answers 200, `/timed` too and notes how old the
 * body is, `/hang` never answers, `/fail` answers 500, `/slow` answers late, and `/keyed` answers
 * 500 to the key `stuck` alone. Anything may follow.
 */
import { Buffer } from 'node:buffer';
import { createServer, type Socket } from 'node:net';
import { sentAtBlank, sentAtLabel } from './http/event-bytes.ts';
import { MessageReader, type Message } from './http/message-reader.ts';
import { monotonicUs } from './http/monotonic.ts';
import type { Tally } from './http/tally.ts';
import { answerCalls } from './stage/remote.ts';

const okBytes = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
const failBytes = Buffer.from('HTTP/1.1 500 Failed\r\ncontent-length: 0\r\n\r\n');
const slowMs = 200;
const arrivalsPerMark = 100;
const arrivalsPerSample = 997;
const samplesMax = 50;
const stuckKey = 'posthorn-key: stuck';
const sentAtBytes = Buffer.from(sentAtLabel);

let tally = emptyTally();
let wanted: { count: number; reached: () => void } | null = null;

const server = createServer({ noDelay: true }, (socket) => {
  const reader = new MessageReader((message) => receive(socket, message));
  socket.on('data', (chunk) => reader.take(chunk));
  // A connection cut by a killed server is no trouble of the receiver's.
  socket.on('error', () => socket.destroy());
});

answerCalls({
  listen: () => new Promise<number>((resolve) => listen(resolve)),
  reset: () => {
    tally = emptyTally();
  },
  /** Answers once so many were answered 200 since the reset, or after the wait. */
  until: ({ count, waitMs }: { count: number; waitMs: number }) => until(count, waitMs),
});

function listen(resolve: (port: number) => void): void {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
    const address = server.address();
    resolve(typeof address === 'object' && address !== null ? address.port : 0);
  });
}

function receive(socket: Socket, message: Message): void {
  if (!message.head.includes('webhook-signature: ')) tally.unsignedCount += 1;
  // "POST /ok": the sixth character tells the behaviours apart.
  switch (message.head.charAt(6)) {
    case 'o':
      return answerOk(socket, message);
    case 't':
      noteAge(message);
      return answerOk(socket, message);
    case 'k':
      return message.head.includes(stuckKey) ? answerFailed(socket) : answerOk(socket, message);
    case 'h':
      tally.hungCount += 1;
      return;
    case 's':
      setTimeout(() => answerOk(socket, message), slowMs);
      return;
    default:
      answerFailed(socket);
  }
}

function answerOk(socket: Socket, message: Message): void {
  socket.write(okBytes);
  const count = (tally.answeredCount += 1);
  tally.lastAtUs = monotonicUs();
  if (count === 1) tally.firstAtUs = tally.lastAtUs;
  if (count % arrivalsPerMark === 0) tally.marksUs.push(tally.lastAtUs);
  if (count % arrivalsPerSample === 1 && tally.samples.length < samplesMax) keep(message);
  if (count === wanted?.count) wanted.reached();
}

function answerFailed(socket: Socket): void {
  socket.write(failBytes);
  tally.failedCount += 1;
}

function noteAge({ bytes, bodyStart }: Message): void {
  const at = bytes.indexOf(sentAtBytes, bodyStart);
  const digitsAt = at + sentAtBytes.length;
  const sentAtUs = Number(bytes.toString('latin1', digitsAt, digitsAt + sentAtBlank.length));
  tally.agesUs.push(monotonicUs() - sentAtUs);
}

function keep({ head, bytes, bodyStart, bodyEnd }: Message): void {
  tally.samples.push({ head, body: bytes.toString('utf8', bodyStart, bodyEnd) });
}

function until(count: number, waitMs: number): Promise<Tally> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      wanted = null;
      resolve(tally);
    };
    const timer = setTimeout(finish, waitMs);
    wanted = { count, reached: finish };
    if (tally.answeredCount >= count) finish();
  });
}

function emptyTally(): Tally {
  return {
    answeredCount: 0,
    failedCount: 0,
    hungCount: 0,
    unsignedCount: 0,
    firstAtUs: 0,
    lastAtUs: 0,
    arrivalsPerMark,
    marksUs: [],
    agesUs: [],
    samples: [],
  };
}
