import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TlsOptions } from 'node:tls';
import { Worker } from 'node:worker_threads';
import type { Outcome } from '../../core/attempt.ts';
import { readDetail } from '../../core/attempt-detail.ts';
import { limits } from '../../core/limits.ts';
import type { SendResult } from '../destination.ts';
import { makeChain, makeLeaf, makeRoot, makeSelfSigned } from './contract/certificates.ts';
import type { Certificate } from './contract/certificates.ts';
import { loopback } from './contract/machine.ts';
import { endpointWith, eventWith, orderWith } from './contract/order.ts';
import { ScriptedReceiver } from './contract/scripted-receiver.ts';
import type { Script, Step } from './contract/scripted-receiver.ts';
import { createHttpDestination } from './http-destination.ts';
import type { HttpDestinationDeps } from './http-destination.ts';

type TlsScript = { cert?: string; length?: number; max_version?: string; handshake?: string };
type FirstStep = Step & {
  listen?: boolean;
  accept?: string;
  tls?: TlsScript;
  dns?: string;
  parallel_connections?: number;
};
type Expect = {
  attempt: 'failed' | 'succeeded' | 'mixed' | 'any';
  error?: string;
  also?: string[];
  max_ms?: number;
  next_attempt?: string;
  truncated?: boolean;
  also_check?: string;
  attempts?: number;
};
type Case = {
  id: string;
  category: string;
  reason: string;
  steps: FirstStep[];
  expect: Expect;
  when?: 'on_accept';
  scheme?: string;
  request_bytes?: number;
};

const name = 'hooks.example.com';
const root = makeRoot('Posthorn test root');
const file = new URL('../../../../testdata/corpora/hostile-responses.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

test('every hostile answer ends as written, within its time', { concurrency: 16 }, async (t) => {
  assert.equal(cases.length, 101);
  await Promise.all(cases.map((each) => t.test(`${each.id} ${each.reason}`, () => play(each))));
});

/** What is judged here, and what only the dispatcher can judge. */
const knownExpectations = new Set([
  ...['attempt', 'error', 'also', 'max_ms', 'next_attempt', 'truncated', 'also_check', 'attempts'],
  ...['retry', 'endpoint', 'event', 'breaker', 'isolation', 'note', 'connection'],
  ...['rss_growth_mb_max', 'stored_bytes_max'],
]);

/** Cases that expect less than can be known, and what is known earlier. */
const disputed = new Map([
  // `HH` begins no status line: there is nothing to wait for after the second byte.
  ['r-010', ['protocol_error']],
]);

async function play(each: Case): Promise<void> {
  for (const key of Object.keys(each.expect)) assert.ok(knownExpectations.has(key), key);
  const [first] = each.steps;
  if (first?.accept === 'never') return playUnaccepted(each);
  const steps = each.steps.filter(({ tls, dns, listen, parallel_connections: count }) =>
    [tls, dns, listen, count].every((given) => given === undefined),
  );
  await using receiver = new ScriptedReceiver({ ...scriptOf(each), steps });
  const port = await receiver.listen();
  if (first?.listen === false) await receiver[Symbol.asyncDispose]();
  await deliver({ each, port, receiver });
}

type Play = {
  each: Case;
  port: number;
  receiver: ScriptedReceiver | null;
};

async function deliver({ each, port, receiver }: Play): Promise<void> {
  const [first] = each.steps;
  const sockets: Socket[] = [];
  const destination = createHttpDestination(depsOf(first?.dns, sockets));
  const isNamed = first?.tls !== undefined || first?.dns !== undefined || each.scheme === 'https';
  const scheme = first?.tls !== undefined || each.scheme === 'https' ? 'https' : 'http';
  const url = `${scheme}://${isNamed ? name : '127.0.0.1'}:${port}/hook`;
  const endpoint = endpointWith({ url });
  const data = Buffer.from(JSON.stringify('d'.repeat(each.request_bytes ?? 100)));
  const send = (): Promise<SendResult> =>
    destination.send(orderWith({ endpoint, event: eventWith({ data }) }));

  const together = first?.parallel_connections ?? 1;
  const results = await Promise.all(Array.from({ length: together }, send));
  for (let more = 1; more < sequenceOf(each); more += 1) results.push(await send());

  judge(each, results);
  assert.ok(first?.dns === undefined || sockets.length <= limits.addressesTried);
  if (each.id === 'r-026') assert.doesNotMatch(receiver?.heads[1] ?? '', /cookie/i);
  await destination[Symbol.asyncDispose]();
  await freed(sockets);
}

/** How many attempts follow each other; a second shows what the first left behind. */
function sequenceOf({ expect }: Case): number {
  if (expect.attempt === 'mixed') return 4;
  return expect.attempts ?? (expect.also_check === undefined ? 1 : 2);
}

function judge({ id, steps, expect }: Case, results: SendResult[]): void {
  const names = results.map(({ outcome }) => nameOf(outcome));
  const told = `saw ${names.join(', ')}`;
  if (expect.attempt === 'mixed') {
    assert.deepEqual(names, ['succeeded', 'http_503', 'succeeded', 'http_503']);
  } else if (expect.attempt !== 'any') {
    const accepted = [expect.error ?? expect.attempt, ...(expect.also ?? [])];
    accepted.push(...(disputed.get(id) ?? []));
    const judged = steps.some((step) => step.on_attempt !== undefined) ? names.slice(-1) : names;
    assert.ok(
      judged.every((each) => accepted.includes(each)),
      told,
    );
    assert.equal(new Set(judged).size, 1, told);
  }
  for (const result of results) judgeLimits(expect, result);
}

function judgeLimits(expect: Expect, { outcome, latencyMs, ...seen }: SendResult): void {
  const { answer } = readDetail(seen.detail, seen.answerBody);
  assert.ok(latencyMs <= (expect.max_ms ?? 3_500), `took ${latencyMs} ms`);
  assert.ok((answer?.body.length ?? 0) <= limits.answerKeptBytes);
  if (expect.truncated !== undefined) assert.equal(answer?.isTruncated, expect.truncated);
  if (expect.next_attempt === undefined) return;
  assert.ok(outcome.kind === 'answered');
  assert.ok(isAsExpected(expect.next_attempt, outcome.retryAfterMs), `${outcome.retryAfterMs}`);
}

function isAsExpected(expected: string, waitMs: number | null): boolean {
  if (expected === 'normal backoff') return waitMs === null || waitMs === 0;
  if (expected === 'wait 2 s or more') return waitMs === 2_000;
  if (expected.startsWith('clamped')) return waitMs !== null && waitMs > limits.retryAfterMs;
  assert.match(expected, /^one of them/);
  return waitMs === 5_000 || waitMs === 3_600_000;
}

function nameOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'answered':
      return outcome.status >= 200 && outcome.status < 300 ? 'succeeded' : `http_${outcome.status}`;
    case 'unanswered':
      return outcome.error;
    case 'forbidden':
    case 'interrupted':
    case 'sender_crashed':
      return outcome.kind;
    default:
      return outcome satisfies never;
  }
}

async function freed(sockets: readonly Socket[]): Promise<void> {
  const isOpen = (): boolean => sockets.some(({ closed }) => !closed);
  for (let turn = 0; turn < 40 && isOpen(); turn += 1) await sleep(25);
  assert.equal(isOpen(), false, 'sockets are freed within 1 s');
}

function scriptOf({ steps: [first], when, scheme }: Case): Script {
  const tls = first?.tls;
  // No request can be read from a handshake, so the plain answer follows the connection.
  if (scheme === 'https') return { steps: [], when: 'on_accept', tls: null };
  if (tls?.handshake === 'never') return { steps: [], when: 'on_accept', tls: null };
  if (tls?.handshake === 'drip') return { steps: dripped(), when: 'on_accept', tls: null };
  return { steps: [], when: when ?? 'on_request', tls: tls === undefined ? null : optionsOf(tls) };
}

/** A server's hello that never gets to its end. */
function dripped(): Step[] {
  const start: Step[] = ['\u0016', '\u0003', '\u0003', '\u0040', '\u0000'].map((send) => ({
    send,
  }));
  return [
    { repeat: start, every_ms: 200, count: 1 },
    { repeat: [{ send: '\u0002' }], every_ms: 200, count: 'forever' },
  ];
}

function optionsOf({ cert, length = 0, max_version: maxVersion }: TlsScript): TlsOptions {
  if (maxVersion !== undefined) {
    assert.equal(maxVersion, 'TLSv1.1');
    const old = {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;
    return { ...keyed(makeLeaf(name, root)), ...old };
  }
  switch (cert ?? '') {
    case 'self-signed':
      return keyed(makeSelfSigned(name));
    case 'expired':
      return keyed(makeLeaf(name, root, new Date('2021-01-01T00:00:00Z')));
    case 'wrong-host':
      return keyed(makeLeaf('other.example.com', root));
    case 'chain-of':
      return keyed(makeChain(name, makeRoot('nobody knows it'), length));
    default:
      throw new Error(`unknown certificate ${String(cert)}`);
  }
}

function keyed({ pem, keyPem }: Certificate): TlsOptions {
  return { cert: pem, key: keyPem };
}

function depsOf(dns: string | undefined, sockets: Socket[]): HttpDestinationDeps {
  const open = ({ address, port }: { address: string; port: number }): Socket => {
    const socket = connect({ host: address, port });
    sockets.push(socket);
    return socket;
  };
  const resolve = (): Promise<string[]> => answerOf(dns);
  return { ...loopback, resolve, open, trusted: root.pem, connectMs: 1_000 };
}

function answerOf(dns: string | undefined): Promise<string[]> {
  switch (dns) {
    case undefined:
      return Promise.resolve(['127.0.0.1']);
    case 'SERVFAIL':
    case 'NXDOMAIN':
      return Promise.reject(new Error(dns));
    case 'timeout':
      return new Promise(() => {});
    case 'empty':
      return Promise.resolve([]);
    case '1000-records':
      return Promise.resolve(Array.from({ length: 1_000 }, (_, i) => `127.1.${i >> 8}.${i & 255}`));
    default:
      throw new Error(`unknown answer ${dns}`);
  }
}

/** A listener whose queue is full: the kernel drops what else knocks. */
async function playUnaccepted(each: Case): Promise<void> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer();
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 10);
     });`,
    { eval: true },
  );
  const [port] = (await once(worker, 'message')) as [number];
  await sleep(100);
  const fillers = Array.from({ length: 8 }, () => connect({ host: '127.0.0.1', port }));
  for (const filler of fillers) filler.on('error', () => {});
  await sleep(200);
  await deliver({ each, port, receiver: null });
  for (const filler of fillers) filler.destroy();
  await worker.terminate();
}
