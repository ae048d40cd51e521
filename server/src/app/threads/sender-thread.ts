import { parentPort, workerData } from 'node:worker_threads';

import type { Endpoint } from '../../core/endpoint.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { EndpointId, Position } from '../../core/ids.ts';
import type { SendResult } from '../../destinations/destination.ts';
import { createHttpDestination } from '../../destinations/http/http-destination.ts';
import { systemClock } from '../system-clock.ts';
import { systemTimers } from '../system-timers.ts';
import type { FromSender, SenderSettings, ToSender } from './sender-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('the sender runs in a thread of its own');

const settings = workerData as SenderSettings;
const destination = createHttpDestination({
  clock: systemClock(),
  timers: systemTimers,
  policy: { allow: settings.allow, allowLoopback: settings.allowLoopback },
  userAgent: settings.userAgent,
});
const events = new Map<Position, StoredEvent>();
const endpoints = new Map<EndpointId, Endpoint>();
let results: { attemptId: FromSender['results'][number]['attemptId']; result: SendResult }[] = [];

port.on('message', (message: ToSender) => {
  switch (message.kind) {
    case 'orders':
      return takeOrders(message);
    case 'cut':
      return destination.cut(message.attemptIds ?? undefined);
    case 'close':
      return void close();
    default:
      return message satisfies never;
  }
});

function takeOrders(message: Extract<ToSender, { kind: 'orders' }>): void {
  for (const { endpoint } of message.endpoints) endpoints.set(endpoint.id, endpoint);
  for (const { from, byteLength, ...event } of message.events) {
    const data = message.bytes.subarray(from, from + byteLength);
    events.set(event.position, { ...event, data });
  }
  for (const { eventPosition, endpointId, ...order } of message.orders) {
    const event = events.get(eventPosition);
    const endpoint = endpoints.get(endpointId);
    if (event === undefined || endpoint === undefined)
      throw new Error('an order names the unknown');
    void destination.send({ ...order, event, endpoint }).then((result) => {
      if (results.push({ attemptId: order.attemptId, result }) === 1) setImmediate(answer);
    });
  }
  for (const position of message.forget) events.delete(position);
}

function answer(): void {
  const ended = results;
  results = [];
  port?.postMessage({ results: ended } satisfies FromSender);
}

async function close(): Promise<void> {
  await destination[Symbol.asyncDispose]();
  port?.close();
}
