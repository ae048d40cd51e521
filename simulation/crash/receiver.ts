/**
 * A receiver that writes each arrival down before it answers.
 *
 * `receiver.ts LOG_FILE`; the parent is told the port and then sends each endpoint's secret. Path
 * `/e3` answers late, `/e4` answers 503 to some; all others answer 200 at once.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { appendLine } from './crash-log.ts';
import { hashOf } from './hashes.ts';
import { monotonicUs } from './monotonic.ts';

const slowPath = '/e3';
const slowMs = 30;
const flakyPath = '/e4';
/** One attempt in so many fails. */
const flakyOneIn = 16;

const logFile = process.argv[2] ?? '';
const webhooks = new Map<string, Webhook>();

process.on('disconnect', () => process.exit());
process.on('message', ({ path, secret }: { path: string; secret: string }) => {
  webhooks.set(path, new Webhook(secret));
});
process.channel?.ref();

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  // A request cut short by a kill never arrived.
  receive(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0);
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const endpoint = request.url ?? '';
  const eventId = header(request, 'webhook-id');
  const attempt = Number(header(request, 'posthorn-attempt'));
  const isRefused = endpoint === flakyPath && isUnlucky(`${eventId} ${attempt}`);
  const status = isRefused ? 503 : 200;
  appendLine(logFile, {
    eventId,
    endpoint,
    attempt,
    status,
    atUs: monotonicUs(),
    bodyHash: hashOf(body),
    dataHash: hashOf(JSON.stringify(dataOf(body))),
    isVerified: isVerified(request, body),
  });
  if (endpoint === slowPath) await wait(slowMs);
  response.writeHead(status).end();
}

function isVerified(request: IncomingMessage, body: Buffer): boolean {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const headers = Object.fromEntries(names.map((name) => [name, header(request, name)]));
  try {
    webhooks.get(request.url ?? '')?.verify(body, headers);
    return webhooks.has(request.url ?? '');
  } catch {
    return false;
  }
}

function dataOf(body: Buffer): unknown {
  try {
    return (JSON.parse(body.toString()) as { data?: unknown }).data ?? null;
  } catch {
    return null;
  }
}

function isUnlucky(name: string): boolean {
  return Number.parseInt(hashOf(name).slice(0, 8), 16) % flakyOneIn === 0;
}

function header(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? '');
}
