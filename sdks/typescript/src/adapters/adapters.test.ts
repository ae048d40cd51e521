import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { test } from 'node:test';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { createHandler } from '../receiver/create-handler.ts';
import type { WebhookHandler } from '../receiver/create-handler.ts';
import { MemorySeenStore } from '../receiver/memory-seen-store.ts';
import { webhook } from '../signing/webhook.ts';
import { toFastifyPlugin } from './fastify.ts';
import { toNodeHandler } from './node.ts';
import { toHonoHandler, toNextHandler, toWorker } from './web.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** White space and a large number, which no parser would write again as they are. */
const body = '{"type":"a.b","timestamp":"2026-01-01T00:00:00.000Z", "data":12345678901234567890}';

type Post = (path: string, init: RequestInit) => Promise<Response>;
type Adapter = readonly [name: string, serve: (handler: WebhookHandler) => Promise<Served>];
type Served = { readonly post: Post; readonly close: () => Promise<void> };

const adapters: readonly Adapter[] = [
  ['node:http', (handler) => served(toNodeHandler(handler))],
  ['Express, without a body parser', (handler) => overExpress(handler, [])],
  ['Express, with raw bodies', (handler) => overExpress(handler, [express.raw({ type: '*/*' })])],
  ['Express, with text bodies', (handler) => overExpress(handler, [express.text({ type: '*/*' })])],
  ['Fastify', overFastify],
  ['Hono', overHono],
  ['Next', (handler) => Promise.resolve(overWeb(toNextHandler(handler)))],
  ['Workers', (handler) => Promise.resolve(overWeb(toWorker(handler).fetch))],
];

for (const [name, serve] of adapters) {
  test(`${name}: an event is verified by its raw bytes and processed once`, async () => {
    const seen: string[] = [];
    const handler = receiver((id) => seen.push(id));
    const { post, close } = await serve(handler);
    const headers = { ...(await webhook.sign(body, secret, { id: 'evt_1' })), ...json };

    const answers = [
      await post('/hooks', { method: 'POST', headers, body }),
      await post('/hooks', { method: 'POST', headers, body }),
      await post('/hooks', { method: 'POST', headers, body: `${body} ` }),
    ];

    const texts = await Promise.all(answers.map((each) => each.text()));
    await close();
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 401],
      texts.join('\n'),
    );
    assert.deepEqual(texts.slice(0, 2), ['{"seen":"evt_1"}', '{"status":"duplicate"}']);
    assert.match(texts[2] ?? '', /signature_mismatch/);
    assert.deepEqual(seen, ['evt_1']);
  });

  test(`${name}: a body that is too large is 413`, async () => {
    const { post, close } = await serve(receiver(() => {}, 64));

    const answer = await post('/hooks', { method: 'POST', headers: json, body: 'x'.repeat(65) });

    await answer.text();
    await close();
    assert.equal(answer.status, 413);
  });
}

test('Express: a body that was parsed already is 500, with a word on how to mend it', async () => {
  const { post, close } = await overExpress(
    receiver(() => {}),
    [express.json()],
  );
  const headers = { ...(await webhook.sign(body, secret)), ...json };

  const answer = await post('/hooks', { method: 'POST', headers, body });

  const text = await answer.text();
  await close();
  assert.equal(answer.status, 500);
  assert.match(text, /before every body parser/);
});

test('Hono: a body that was read already is 500, with a word on how to mend it', async () => {
  const app = new Hono();
  app.post('/hooks', async (context) => {
    await context.req.json();
    return toHonoHandler(receiver(() => {}))(context);
  });

  const answer = await app.request('/hooks', { method: 'POST', headers: json, body });

  assert.equal(answer.status, 500);
  assert.match(await answer.text(), /before every body parser/);
});

test('Fastify: routes outside of the plugin parse their bodies as before', async () => {
  const app = fastify();
  await app.register(
    toFastifyPlugin(
      receiver(() => {}),
      '/hooks',
    ),
  );
  app.post('/other', (request) => ({ got: request.body }));

  const answer = await app.inject({ method: 'POST', url: '/other', payload: { a: 1 } });

  assert.deepEqual(answer.json(), { got: { a: 1 } });
  await app.close();
});

test('anything but a POST is 405', async () => {
  const { post, close } = await served(toNodeHandler(receiver(() => {})));

  const answers = [
    await post('/hooks', { method: 'GET' }),
    await toNextHandler(receiver(() => {}))(new Request('http://a.example/hooks')),
  ];

  await close();
  for (const { status, headers } of answers) {
    assert.deepEqual([status, headers.get('allow')], [405, 'POST']);
  }
});

const json = { 'content-type': 'application/json' };

function receiver(onEvent: (id: string) => void, maxBodyBytes = 1_024): WebhookHandler {
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

async function overExpress(
  handler: WebhookHandler,
  parsers: readonly express.RequestHandler[],
): Promise<Served> {
  const app = express();
  for (const parser of parsers) app.use(parser);
  app.post('/hooks', toNodeHandler(handler));
  return served(app);
}

async function overFastify(handler: WebhookHandler): Promise<Served> {
  const app = fastify();
  await app.register(toFastifyPlugin(handler, '/hooks'));
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const close = async (): Promise<void> => {
    await app.close();
  };
  return { post: (path, init) => fetch(origin + path, init), close };
}

function overHono(handler: WebhookHandler): Promise<Served> {
  const app = new Hono();
  app.post('/hooks', toHonoHandler(handler));
  return Promise.resolve(overWeb((request) => Promise.resolve(app.fetch(request))));
}

function overWeb(answer: (request: Request) => Promise<Response>): Served {
  const post: Post = (path, init) => answer(new Request(`http://receiver.example${path}`, init));
  return { post, close: () => Promise.resolve() };
}

async function served(listener: RequestListener): Promise<Served> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    post: (path, init) => fetch(`http://127.0.0.1:${portOf(server)}${path}`, init),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
