import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServedProcess } from './served-process.ts';

type Created = { readonly id: string };
type List = { readonly data: readonly { readonly id: string }[] };

const single = { kind: 'schedule', delaysMs: [], jitter: 0 };
const failing = 25;

/** Where endpoints lead to. */
type Receiver = AsyncDisposable & {
  readonly url: string;
  /** Ends what it has left unanswered. */
  hangUp(): void;
};

/** A receiver that answers by the path it is asked at. */
export async function openReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    request.resume();
    const status = { '/fails': 500, '/gone': 410 }[request.url ?? ''] ?? 200;
    if (request.url !== '/hangs') request.once('end', () => response.writeHead(status).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hangUp = (): void => server.closeAllConnections();
  return { url, hangUp, [Symbol.asyncDispose]: () => closed(server) };
}

/** Has a server do a bit of everything that its metrics tell of. */
export async function makeBusy(server: ServedProcess, receiver: string): Promise<void> {
  const endpoint = (path: string, more: object = {}): Promise<Created> =>
    server.call('POST', '/v1/endpoints', {
      ...{ url: receiver + path, types: [`check.${/\w+/.exec(path)?.[0]}`] },
      ...more,
    });
  const publish = (type: string): Promise<Created> =>
    server.call('POST', '/v1/events', { type, data: { at: type } });
  await followEvents(server);
  await endpoint('/works?token=planted-query-secret');
  await endpoint('/fails', { retry: single });
  await endpoint('/gone');
  await endpoint('/hangs', { timeoutMs: 60_000 });
  const paused = await endpoint('/paused');
  await server.call('POST', `/v1/endpoints/${paused.id}/pause`);
  for (const path of ['gone', 'hangs', 'paused', 'works']) await publish(`check.${path}`);
  for (let count = 0; count < failing; count += 1) await publish('check.fails');
  await cancelOne(server, paused.id, await publish('check.paused'));
  await server.send('GET', '/v1/events/evt_unknown');
  await server.send('GET', '/no/such/path/evt_raw');
}

/** Reads a stream for as long as the server lets it; one that nobody reads would be let go. */
async function followEvents(server: ServedProcess): Promise<void> {
  const { body } = await server.send('GET', '/v1/stream');
  body?.pipeTo(new WritableStream()).catch(() => {
    // The server has ended, and the stream with it.
  });
}

async function cancelOne(server: ServedProcess, endpointId: string, event: Created): Promise<void> {
  const path = `/v1/deliveries?eventId=${event.id}&endpointId=${endpointId}`;
  const [delivery] = (await server.call<List>('GET', path)).data;
  if (delivery === undefined) throw new Error('the paused endpoint has no delivery');
  await server.call('POST', `/v1/deliveries/${delivery.id}/cancel`);
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
