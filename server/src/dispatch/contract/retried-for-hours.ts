import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { SigningSecret } from '../../core/endpoint.ts';
import { standardRetry } from '../../core/retry-policy.ts';
import { createHttpDestination } from '../../destinations/http/http-destination.ts';
import { at } from '../../store/contract/sample.ts';
import { DispatchWorld } from './dispatch-world.ts';

/** One request as its receiver got it. */
export type ReceivedRequest = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/** A delivery that the receiver refused until its fifth attempt, more than 2 h after the first. */
export type RetriedDelivery = {
  readonly data: Buffer;
  readonly requests: readonly ReceivedRequest[];
};

/** The secret that signs; while secrets rotate, the one before it signs as well. */
export const secretText = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const previousText = 'whsec_bu6XSKPQplX7WXgvC73j/eH5j7mpN+GFW0Fyk+f4pJI=';
const secrets: SigningSecret[] = [
  { text: secretText, createdAt: at(0), endsAt: null },
  { text: previousText, createdAt: at(-1_000), endsAt: at(24 * 3_600_000) },
];

const refusedCount = 4;
const dayMs = 24 * 3_600_000;

/**
 * Delivers each of these as the data of an event over real sockets and the default schedule, on
 * virtual time, to a receiver that answers 500 four times.
 */
export async function retriedForHours(datas: readonly Buffer[]): Promise<RetriedDelivery[]> {
  const receiver = await startReceiver();
  await using world = await DispatchWorld.open({
    destination: (time) =>
      createHttpDestination({
        ...{ clock: time, timers: time, userAgent: 'Posthorn-test/1' },
        policy: { allow: [], allowLoopback: true },
      }),
  });
  for (const [index, data] of datas.entries()) {
    const url = `${receiver.url}/${index}`;
    const endpoint = await world.endpoint({ url, retry: standardRetry, secrets, headers: [] });
    await world.publish(endpoint, { event: { data } });
  }
  const isDone = async (): Promise<boolean> =>
    (await world.store.finder.backlog()).pendingCount === 0;
  await world.until(isDone, dayMs);
  await receiver.close();
  return datas.map((data, index) => ({ data, requests: receiver.requestsTo(`/${index}`) }));
}

async function startReceiver() {
  const byPath = new Map<string, ReceivedRequest[]>();
  const server = createServer((request, response) => void receive(byPath, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requestsTo: (path: string) => byPath.get(path) ?? [],
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function receive(
  byPath: Map<string, ReceivedRequest[]>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? '';
  const requests = byPath.get(path) ?? [];
  byPath.set(path, requests);
  const body = await buffer(request);
  requests.push({ headers: headersOf(request), body });
  response.writeHead(requests.length > refusedCount ? 204 : 500).end();
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
