import assert from 'node:assert/strict';
import { test } from 'node:test';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { frameworks, overExpress } from '../contract/framework-servers.ts';
import { createHandler } from '../receiver/create-handler.ts';
import type { WebhookHandler } from '../receiver/create-handler.ts';
import { MemorySeenStore } from '../receiver/memory-seen-store.ts';
import { webhook } from '../signing/webhook.ts';
import { toFastifyPlugin } from './fastify.ts';
import { toHonoHandler, toNextHandler } from './web.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** White space and a large number, which no parser would write again as they are. */
const whole = '{"type":"a.b","timestamp":"2026-01-01T00:00:00.000Z", "data":12345678901234567890}';
const json = { 'content-type': 'application/json' };

function receiver(onEvent: (id: string) => void = () => {}, maxBodyBytes = 1_024): WebhookHandler {
  return createHandler({
    ...{ secret, maxBodyBytes, store: new MemorySeenStore() },
    on: {
      'a.b': ({ id }) => {
        onEvent(id);
        return { seen: id };
      },
    },
    onError: () => {
      // The answer says what went wrong.
    },
  });
}

for (const [name, serve] of frameworks) {
  test(`${name}: an event is verified by its raw bytes and processed once`, async () => {
    const seen: string[] = [];
    const { url, close } = await serve(receiver((id) => seen.push(id)));
    const headers = { ...(await webhook.sign(whole, secret, { id: 'evt_1' })), ...json };

    const answers = [
      await fetch(url, { method: 'POST', headers, body: whole }),
      await fetch(url, { method: 'POST', headers, body: whole }),
      await fetch(url, { method: 'POST', headers, body: `${whole} ` }),
    ];

    const texts = await Promise.all(answers.map((each) => each.text()));
    await close();
    const statuses = answers.map(({ status }) => status);
    assert.deepEqual(statuses, [200, 200, 401], texts.join('\n'));
    assert.deepEqual(texts.slice(0, 2), ['{"seen":"evt_1"}', '{"status":"duplicate"}']);
    assert.match(texts[2] ?? '', /signature_mismatch/);
    assert.deepEqual(seen, ['evt_1']);
  });

  test(`${name}: a body that is too large is 413`, async () => {
    const { url, close } = await serve(receiver(() => {}, 64));

    const answer = await fetch(url, { method: 'POST', headers: json, body: 'x'.repeat(65) });

    await answer.text();
    await close();
    assert.equal(answer.status, 413);
  });
}

test('node:http: a sender that hangs up in mid-body leaves the receiver standing', async () => {
  const { url, close } = await overExpress(receiver(), []);
  const hangUp = new AbortController();
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"type"')),
    pull: () => hangUp.abort(),
  });
  const cut = { method: 'POST', body, duplex: 'half', signal: hangUp.signal } as const;
  await assert.rejects(fetch(url, cut));

  const headers = await webhook.sign(whole, secret);
  const after = await fetch(url, { method: 'POST', headers, body: whole });

  await close();
  assert.equal(after.status, 200);
});

test('Express: a body that was parsed already is 500, with a word on how to mend it', async () => {
  const { url, close } = await overExpress(receiver(), [express.json()]);
  const headers = { ...(await webhook.sign(whole, secret)), ...json };

  const answer = await fetch(url, { method: 'POST', headers, body: whole });

  const text = await answer.text();
  await close();
  assert.equal(answer.status, 500);
  assert.match(text, /before every body parser/);
});

test('Hono: a body that was read already is 500, with a word on how to mend it', async () => {
  const app = new Hono();
  app.post('/hooks', async (context) => {
    await context.req.json();
    return toHonoHandler(receiver())(context);
  });

  const answer = await app.request('/hooks', { method: 'POST', headers: json, body: whole });

  assert.equal(answer.status, 500);
  assert.match(await answer.text(), /before every body parser/);
});

test('Fastify: routes outside of the plugin parse their bodies as before', async () => {
  const app = fastify();
  await app.register(toFastifyPlugin(receiver(), '/hooks'));
  app.post('/other', (request) => ({ got: request.body }));

  const answer = await app.inject({ method: 'POST', url: '/other', payload: { a: 1 } });

  assert.deepEqual(answer.json(), { got: { a: 1 } });
  await app.close();
});

test('anything but a POST is 405', async () => {
  const { url, close } = await overExpress(receiver(), []);
  const listening = await frameworks[0]?.[1](receiver());
  assert.ok(listening);

  const answers = [
    await fetch(listening.url),
    await toNextHandler(receiver())(new Request('http://a.example/hooks')),
  ];
  const unrouted = await fetch(url);

  await Promise.all([close(), listening.close()]);
  for (const { status, headers } of answers) {
    assert.deepEqual([status, headers.get('allow')], [405, 'POST']);
  }
  assert.equal(unrouted.status, 404);
});
