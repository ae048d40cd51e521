import { parentPort, workerData } from 'node:worker_threads';

import { BlockWriter } from '../../core/bytes-block.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { Position } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { createHttpDestination } from '../../destinations/http/http-destination.ts';
import { systemClock } from '../system-clock.ts';
import { systemTimers } from '../system-timers.ts';
import { measureLoop } from './measure-loop.ts';
import type { EndpointRef, FromSender, SenderSettings, ToSender } from './sender-protocol.ts';
import { fromOrderRow, fromStoredEventRow, ownEventOf, toResultRow } from './sender-rows.ts';
import type { OrderRow, ResultRow } from './sender-rows.ts';

const port = parentPort;
if (port === null) throw new Error('the sender runs in a thread of its own');

const settings = workerData as SenderSettings;
if (settings.loops !== undefined) measureLoop(settings.loops, 'sender');
const destination = createHttpDestination({
  clock: systemClock(),
  timers: systemTimers,
  policy: { allow: settings.allow, allowLoopback: settings.allowLoopback },
  userAgent: settings.userAgent,
});
const events = new Map<Position, StoredEvent>();
const endpoints = new Map<EndpointRef, Endpoint>();
let results: ResultRow[] = [];
let written = new BlockWriter();

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
  for (const [ref, endpoint] of message.endpoints) endpoints.set(ref, endpoint);
  for (const row of message.events) events.set(row[0], fromStoredEventRow(row, message.block));
  for (const row of message.orders) takeOrder(row, message.block);
  for (const position of message.forgetEvents) events.delete(position);
  for (const ref of message.forgetEndpoints) endpoints.delete(ref);
}

function takeOrder(row: OrderRow, block: Uint8Array): void {
  const [attemptId, , eventPosition, ref] = row;
  const event = ownEventOf(row, block) ?? events.get(eventPosition);
  const endpoint = endpoints.get(ref);
  if (event === undefined || endpoint === undefined) throw new Error('an order names the unknown');
  void destination.send(fromOrderRow(row, { event, endpoint })).then((result) => {
    const count = results.push(toResultRow(attemptId, result, written));
    // A turn may end hundreds of attempts: the main thread begins with the first while it goes on.
    if (count === limits.resultsPerMessage) answer();
    else if (count === 1) setImmediate(answer);
  });
}

function answer(): void {
  if (results.length === 0) return;
  const block = written.finish();
  port?.postMessage({ results, block } satisfies FromSender, [block.buffer]);
  results = [];
  written = new BlockWriter();
}

async function close(): Promise<void> {
  await destination[Symbol.asyncDispose]();
  port?.close();
}
