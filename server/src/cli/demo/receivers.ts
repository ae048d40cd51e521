import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a receiver saw it. */
export type Arrival = {
  readonly webhookId: string;
  readonly attempt: number;
  readonly body: string;
  /** Whether the signature was checked and held; null where the receiver does not check. */
  readonly isVerified: boolean | null;
  readonly answered: number | null;
};

/** What a receiver does with a request: the status to answer; null never answers. */
type Behaviour = (arrival: { readonly count: number }) => {
  readonly status: number | null;
  readonly afterMs: number;
};

/** A small HTTP server that plays an endpoint. */
export type Receiver = {
  readonly url: string;
  readonly arrivals: Arrival[];
  /** The secret it verifies with; null to check nothing. */
  secret: string | null;
  behave(behaviour: Behaviour): void;
  /** Frees the port: connections are refused from now on. */
  close(): Promise<void>;
  /** Takes the same port again. */
  reopen(): Promise<void>;
};

export const answers = {
  at:
    (status: number, afterMs = 0): Behaviour =>
    () => ({ status, afterMs }),
  never: (): Behaviour => () => ({ status: null, afterMs: 0 }),
  /** Fails three requests of ten, always the same ones. */
  flaky:
    (): Behaviour =>
    ({ count }) => ({ status: count % 10 < 3 ? 503 : 200, afterMs: 0 }),
} as const;

const bodyBytesMax = 2 ** 20;

/** Starts a receiver on a free loopback port. */
export async function startReceiver(behaviour: Behaviour): Promise<Receiver> {
  const state = { behaviour, server: null as Server | null, port: 0 };
  const arrivals: Arrival[] = [];
  const open = async (): Promise<void> => {
    state.server = createServer((request, response) => {
      void take(request).then((body) => respond(request, response, body));
    });
    state.port = await listen(state.server, state.port);
  };
  const respond = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const { status, afterMs } = state.behaviour({ count: arrivals.length });
    arrivals.push({
      webhookId: String(request.headers['webhook-id']),
      attempt: Number(request.headers['posthorn-attempt']),
      body,
      isVerified: receiver.secret === null ? null : verify(request, body, receiver.secret),
      answered: status,
    });
    if (status !== null) setTimeout(() => response.writeHead(status).end(), afterMs);
  };
  await open();
  const receiver: Receiver = {
    url: `http://127.0.0.1:${state.port}/hook`,
    arrivals,
    secret: null,
    behave: (next) => {
      state.behaviour = next;
    },
    close: () => close(state.server),
    reopen: open,
  };
  return receiver;
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function close(server: Server | null): Promise<void> {
  if (server === null || !server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

async function take(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= bodyBytesMax) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What any receiver does: https://github.com/standard-webhooks/standard-webhooks */
function verify(request: IncomingMessage, body: string, secret: string): boolean {
  const { headers } = request;
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(signed).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((each) => each.startsWith('v1,'))
    .map((each) => Buffer.from(each.slice(3), 'base64'))
    .some((each) => each.length === expected.length && timingSafeEqual(each, expected));
}
