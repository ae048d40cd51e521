import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { parseCidr } from '../../core/address/cidr.ts';
import { publicOnly } from '../../core/address/address-policy.ts';
import { makeLeaf, makeRoot } from './contract/certificates.ts';
import { loopback } from './contract/machine.ts';
import { endpointWith, orderWith } from './contract/order.ts';
import { ScriptedReceiver } from './contract/scripted-receiver.ts';
import { createHttpDestination } from './http-destination.ts';
import type { HttpDestinationDeps } from './http-destination.ts';

type Lookup = { A?: string[]; AAAA?: string[]; CNAME?: string[]; ttl?: number };
type Hop = { status: number; location?: string; headers?: Record<string, string> };
type Case = {
  id: string;
  kind: 'url' | 'dns' | 'redirect';
  input: string;
  reason: string;
  dns?: { host: string; lookups: Lookup[] };
  hops?: Hop[];
};

const root = makeRoot('Posthorn test root');
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';

function corpus(name: string): Case[] {
  const file = new URL(`../../../../testdata/corpora/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }).cases;
}

/** A connector that notes whom it was to dial, and leads to the receiver instead. */
function recorder(port: number): { dialled: string[]; open: (to: { address: string }) => Socket } {
  const dialled: string[] = [];
  const open = ({ address }: { address: string }): Socket => {
    dialled.push(address);
    const socket = connect({ host: '127.0.0.1', port });
    Object.defineProperty(socket, 'remoteAddress', { value: address });
    return socket;
  };
  return { dialled, open };
}

/** Serves the n-th look-up of a case at the n-th resolution; the last one repeats. */
function resolver({ dns }: Case): (name: string) => Promise<string[]> {
  let count = 0;
  return (name) => {
    const lookups = dns?.lookups ?? [{ A: ['93.184.216.34'] }];
    if (dns !== undefined) assert.equal(name, dns.host.replace(/\.$/, ''));
    const lookup = lookups[Math.min(count, lookups.length - 1)];
    count += 1;
    return Promise.resolve([...(lookup?.A ?? []), ...(lookup?.AAAA ?? [])]);
  };
}

async function receiverFor({ input, hops }: Case): Promise<[ScriptedReceiver, number]> {
  const leaf = makeLeaf(new URL(input).hostname.replace(/\.$/, ''), root);
  const send = hops?.[0] === undefined ? answer : answerOf(hops[0]);
  const isSecure = input.startsWith('https:');
  const tls = isSecure ? { cert: leaf.pem, key: leaf.keyPem } : null;
  const receiver = new ScriptedReceiver({ steps: [{ send }], when: 'on_request', tls });
  return [receiver, await receiver.listen()];
}

function answerOf({ status, location, headers = {} }: Hop): string {
  const all = location === undefined ? headers : { ...headers, location };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} X\r\nContent-Length: 0\r\nConnection: close\r\n${lines.join('')}\r\n`;
}

function depsOf(open: HttpDestinationDeps['open'], each: Case): HttpDestinationDeps {
  const given = { ...loopback, policy: publicOnly, resolve: resolver(each), trusted: root.pem };
  return open === undefined ? given : { ...given, open };
}

for (const each of corpus('ssrf-blocked').filter(({ kind }) => kind === 'dns')) {
  test(`${each.id} ${each.input} never dials a blocked address: ${each.reason}`, async () => {
    const [receiver, port] = await receiverFor(each);
    const { dialled, open } = recorder(port);
    const destination = createHttpDestination(depsOf(open, each));
    const kinds: string[] = [];

    for (let number = 1; number <= 4; number += 1) {
      const order = orderWith({ endpoint: endpointWith({ url: each.input }), number });
      kinds.push((await destination.send(order)).outcome.kind);
    }

    assert.ok(kinds.includes('forbidden'), kinds.join());
    assert.equal(dialled.length, kinds.filter((kind) => kind === 'answered').length);
    assert.ok(dialled.every((address) => address === '93.184.216.34'));
    await destination[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });
}

for (const each of corpus('ssrf-blocked').filter(({ kind }) => kind === 'redirect')) {
  test(`${each.id} asks nobody a second time: ${each.reason}`, async () => {
    const [receiver, port] = await receiverFor(each);
    const { dialled, open } = recorder(port);
    const destination = createHttpDestination(depsOf(open, each));

    const order = orderWith({ endpoint: endpointWith({ url: each.input }) });
    const { outcome } = await destination.send(order);

    const { status = 0 } = each.hops?.[0] ?? {};
    assert.deepEqual(outcome, { kind: 'answered', status, retryAfterMs: null });
    assert.deepEqual(dialled, ['93.184.216.34']);
    assert.equal(receiver.heads.length, 1);
    await destination[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });
}

for (const each of corpus('ssrf-allowed')) {
  test(`${each.id} ${each.input} is dialled: ${each.reason}`, async () => {
    const dialled: string[] = [];
    const open = ({ address }: { address: string }): Socket => {
      dialled.push(address);
      return connect({ host: '127.0.0.1', port: 1 });
    };
    const destination = createHttpDestination(depsOf(open, each));

    const order = orderWith({ endpoint: endpointWith({ url: each.input }) });
    const { outcome } = await destination.send(order);

    const literal = new URL(each.input).hostname.replace(/^\[(.*)\]$/, '$1');
    assert.equal(outcome.kind, 'unanswered');
    assert.equal(dialled[0], each.dns?.lookups[0]?.A?.[0] ?? literal);
    await destination[Symbol.asyncDispose]();
  });
}

for (const each of corpus('ssrf-blocked')
  .filter(({ kind }) => kind === 'url')
  .slice(0, 20)) {
  test(`${each.id} ${each.input} is refused at delivery too, without a look-up`, async () => {
    const refuse = (): never => assert.fail('nobody may be asked');
    const deps = { ...loopback, policy: publicOnly, resolve: refuse, open: refuse };
    const destination = createHttpDestination(deps);

    const order = orderWith({ endpoint: endpointWith({ url: each.input }) });
    const { outcome, answerBody } = await destination.send(order);

    assert.equal(outcome.kind, 'forbidden');
    assert.equal(answerBody, null);
  });
}

test('a socket that leads elsewhere than asked is closed before anything is sent', async () => {
  const script = { steps: [{ send: answer }], when: 'on_request', tls: null } as const;
  await using receiver = new ScriptedReceiver(script);
  const port = await receiver.listen();
  const open = (): Socket => connect({ host: '127.0.0.1', port });
  const given = { ...loopback, policy: publicOnly, open };
  await using destination = createHttpDestination(given);

  const order = orderWith({ endpoint: endpointWith({ url: 'http://93.184.216.34/in' }) });
  const { outcome } = await destination.send(order);

  assert.deepEqual(outcome, { kind: 'forbidden', rule: 'loopback' });
  assert.equal(receiver.heads.length, 0);
});

test('a range that the operator allows is delivered to', async () => {
  const script = { steps: [{ send: answer }], when: 'on_request', tls: null } as const;
  await using receiver = new ScriptedReceiver(script);
  const { open } = recorder(await receiver.listen());
  const range = parseCidr('10.0.0.0/8');
  assert.ok(range !== null);
  const policy = { allow: [range], allowLoopback: false };
  await using destination = createHttpDestination({ ...loopback, policy, open });

  const order = orderWith({ endpoint: endpointWith({ url: 'http://10.1.2.3/in' }) });
  const { outcome } = await destination.send(order);

  assert.equal(outcome.kind, 'answered');
});
