import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { toFastifyPlugin } from '../adapters/fastify.ts';
import { toNodeHandler } from '../adapters/node.ts';
import { toHonoHandler, toNextHandler, toWorker } from '../adapters/web.ts';
import type { WebhookHandler } from '../receiver/create-handler.ts';

/** A receiver that listens on loopback at `url`. */
export type Served = { readonly url: string; readonly close: () => Promise<void> };

/** Serves a receiver by one of the ways that its users have. */
export type Serve = (handler: WebhookHandler) => Promise<Served>;

/** Every server that the kit has an adapter for. */
export const frameworks: readonly (readonly [name: string, serve: Serve])[] = [
  ['node:http', (handler) => served(toNodeHandler(handler))],
  ['Express, without a body parser', (handler) => overExpress(handler, [])],
  ['Express, with raw bodies', (handler) => overExpress(handler, [express.raw({ type: '*/*' })])],
  ['Express, with text bodies', (handler) => overExpress(handler, [express.text({ type: '*/*' })])],
  ['Fastify', overFastify],
  ['Hono', overHono],
  ['Next', (handler) => served(bridge(toNextHandler(handler)))],
  ['Workers', (handler) => served(bridge(toWorker(handler).fetch))],
];

/** Express with parsers before the receiver. */
export function overExpress(
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
  return { url: `${origin}/hooks`, close: () => app.close().then(() => undefined) };
}

function overHono(handler: WebhookHandler): Promise<Served> {
  const app = new Hono();
  app.post('/hooks', toHonoHandler(handler));
  return served(bridge((request) => Promise.resolve(app.fetch(request))));
}

/** What a runtime of the web does between the socket and a function of web requests. */
function bridge(answer: (request: Request) => Promise<Response>): RequestListener {
  return (request, response) => void bridged(answer, request, response);
}

async function bridged(
  answer: (request: Request) => Promise<Response>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '' } = request;
  const headers = new Headers();
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const body = method === 'GET' ? null : Uint8Array.from(await buffer(request));
  const said = await answer(
    new Request(`http://receiver.example${url}`, { method, headers, body }),
  );
  response.writeHead(said.status, Object.fromEntries(said.headers));
  response.end(await said.text());
}

async function served(listener: RequestListener): Promise<Served> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}/hooks`, close };
}
