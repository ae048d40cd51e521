import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { deliverySecret } from '../http/event-bytes.ts';
import type { PublishPlan } from '../http/publish-plan.ts';
import { runLoop, startActors } from './actors.ts';
import { Stage } from './stage.ts';
import { requireVerified } from './verified.ts';

const waitMs = 20_000;

test('every POST of the loop arrives, signed so that a library verifies it', async () => {
  using stage = new Stage();
  const actors = await startActors(stage);

  const sample = await runLoop(stage, actors, 500);

  const tally = await actors.receiver('until', { count: 600, waitMs });
  assert.ok(sample.ratePerSecond > 0 && sample.cpuSecondsPer1000 > 0);
  assert.equal(tally.answeredCount, 600);
  assert.doesNotThrow(() => requireVerified(tally, new Map([['/ok', deliverySecret]])));
  const otherSecret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
  assert.throws(() => requireVerified(tally, new Map([['/ok', otherSecret]])));
});

for (const ratePerSecond of [null, 2_000]) {
  test(`at rate ${ratePerSecond} each request is sent once, and again after a 503`, async () => {
    using stage = new Stage();
    const actors = await startActors(stage);
    await using front = await startFront();
    const plan = { ...planFor(front.port), ratePerSecond };

    const published = await actors.publisher('publish', plan);

    assert.equal(published.acceptedCount, plan.requestCount);
    assert.equal(published.putOffCount, 1);
    assert.equal(front.bodies.length, plan.requestCount);
    assert.deepEqual(
      new Set(front.bodies.map((body) => body.slice(0, 6))),
      new Set(['{"a":"', '{"b":"']),
    );
    assert.ok(front.bodies.every((body) => !body.includes('"sentAtUs":"0000000000000000"')));
  });
}

function planFor(port: number): PublishPlan {
  const sentAt = '"sentAtUs":"0000000000000000"';
  const bodies = [`{"a":"",${sentAt}}`, `{"b":"",${sentAt}}`];
  const counts = { requestCount: 100, connectionCount: 10, ratePerSecond: null };
  return { port, key: 'ph_test', isBatch: false, bodies, stampsTime: true, waitMs, ...counts };
}

/** Answers 503 to the first request and 202 to all others, as a server's front would. */
async function startFront() {
  const bodies: string[] = [];
  let hasRefused = false;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.statusCode = hasRefused ? 202 : 503;
      if (hasRefused) bodies.push(body);
      hasRefused = true;
      return response.end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { port, bodies, [Symbol.asyncDispose]: close };
}
