import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { test } from 'node:test';
import { UnusedConnections } from './unused-connections.ts';

test('a server closes although a connection was opened on which nothing was asked', async () => {
  const server = createServer((_request, response) => response.end('done'));
  const unused = new UnusedConnections(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const taken = once(server, 'connection');
  const socket = connect(port, '127.0.0.1').resume();
  await taken;

  const closed = once(server, 'close');
  server.close();
  unused.close();

  await closed;
  assert.equal((await once(socket, 'close'))[0], false);
});

test('a request that is under way goes on', async () => {
  const asked = Promise.withResolvers<() => void>();
  const server = createServer((_request, response) =>
    asked.resolve(() => void response.end('done')),
  );
  const unused = new UnusedConnections(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
  const respond = await asked.promise;

  unused.close();
  respond();

  assert.equal(await (await answer).text(), 'done');
  server.close();
});
