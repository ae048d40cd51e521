import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Clock } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';
import { ConnectionPool } from './connection-pool.ts';
import { Connection } from './connection.ts';
import { clock } from './contract/machine.ts';

async function setUp() {
  let nowMs = 0;
  const still: Clock = { ...clock, monotonicMs: () => nowMs };
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const pool = new ConnectionPool(still);
  const open = async (host: string): Promise<Connection> => {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    const address = { kind: 'address', address: '127.0.0.1' } as const;
    const origin = { text: host, host: address, port, isSecure: false };
    return new Connection(socket, { origin, openedAtMs: nowMs, onOver: (each) => pool.drop(each) });
  };
  const stop = async (): Promise<void> => {
    pool.close();
    server.close();
    await once(server, 'close');
  };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { pool, open, pass, [Symbol.asyncDispose]: stop };
}

test('the connection used last is used next, for its own origin alone', async () => {
  await using set = await setUp();
  const [first, second] = [await set.open('http://a.test'), await set.open('http://a.test')];
  set.pool.give(first);
  set.pool.give(second);

  assert.equal(set.pool.take('http://b.test'), null);
  assert.equal(set.pool.take('http://a.test'), second);
  assert.equal(set.pool.take('http://a.test'), first);
  assert.equal(set.pool.take('http://a.test'), null);
  for (const each of [first, second]) each.close();
});

test('a connection that has grown old is closed, since its name may have moved', async () => {
  await using set = await setUp();
  const connection = await set.open('http://a.test');
  set.pool.give(connection);

  set.pass(limits.connectionAgeMs);

  assert.equal(set.pool.take('http://a.test'), null);
  assert.equal(connection.isOver, true);
});

test('too many idle connections close the one that was idle longest', async () => {
  await using set = await setUp();
  const first = await set.open('http://origin-0.test');
  set.pool.give(first);

  for (let each = 1; each <= limits.idleConnections; each += 1) {
    set.pool.give(await set.open(`http://origin-${each}.test`));
  }

  assert.equal(set.pool.idleCount, limits.idleConnections);
  assert.equal(first.isOver, true);
  assert.equal(set.pool.take('http://origin-0.test'), null);
});
