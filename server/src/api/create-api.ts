import type { Socket } from 'node:net';
import { fastify } from 'fastify';
import type { ConnectionError, FastifyInstance } from 'fastify';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures.ts';
import { limits } from '../core/limits.ts';
import { answerFailure } from './answer-failure.ts';
import { askOf } from './ask.ts';
import type { Ask } from './ask.ts';
import { allowOrigin, answerPreflight } from './cors.ts';
import type { ApiDeps } from './deps.ts';
import { Gate } from './gate.ts';
import { Idempotency } from './idempotency.ts';
import { LargeBodies } from './large-bodies.ts';
import { openApiRoute } from './openapi-route.ts';
import { problemOf } from './problem.ts';
import type { Route } from './route.ts';
import { allRoutes } from './routes/all.ts';
import { pageRoutes } from './routes/pages.ts';
import { serveRoute } from './serve-route.ts';
import { UnusedConnections } from './unused-connections.ts';

/** Routes beside those of the API, made of what asks it; `release` ends what they hold open. */
export type MoreRoutes = (ask: Ask) => { readonly routes: readonly Route[]; release(): void };

const noPath = 'There is no such path; /docs shows those that there are.';

const none: MoreRoutes = () => ({ routes: [], release: () => undefined });

/**
 * Makes the HTTP face; the caller lets it listen. Closing it ends the listener, answers 503 on
 * connections that are still open, and waits for the requests it has begun.
 */
export async function createApi(
  deps: ApiDeps,
  makeMore: MoreRoutes = none,
): Promise<FastifyInstance> {
  const closing = { is: false };
  const app = createServer(deps, closing);
  const more = makeMore(askOf(app));
  const unused = new UnusedConnections(app.server);
  app.addHook('preClose', (done) => {
    closing.is = true;
    deps.waits.release();
    deps.taskWaits.release();
    deps.feed.release();
    more.release();
    unused.close();
    done();
  });
  const serving = {
    deps,
    gate: new Gate(deps.mirror, deps.clock),
    idempotency: new Idempotency(deps),
    bodies: new LargeBodies(),
    isClosing: () => closing.is,
  };
  const described = allRoutes(deps);
  const pages = [openApiRoute(described), ...pageRoutes(described, deps)];
  const routes = [...described, ...pages, ...more.routes];
  for (const each of routes) serveRoute(app, each, serving);
  refuseOtherMethods(app, routes, deps);
  await app.ready();
  // One more than may be: what lies past it is dropped unseen, and must not go unnoticed.
  app.server.maxHeadersCount = limits.requestHeaders + 1;
  app.server.maxConnections = limits.connections;
  return app;
}

function createServer(deps: ApiDeps, closing: { is: boolean }): FastifyInstance {
  const app = fastify({
    bodyLimit: limits.configBytes,
    clientErrorHandler: (error, socket) => answerBrokenHead(deps, error, socket),
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => {
      answerFailure(deps, error, { request, reply });
    },
    // Ids are made for failures alone.
    genReqId: () => '',
    http: {
      connectionsCheckingInterval: limits.requestCheckMs,
      headersTimeout: limits.requestHeadMs,
    },
    keepAliveTimeout: limits.keepAliveMs,
    logger: false,
    requestTimeout: limits.requestMs,
    return503OnClosing: false,
    routerOptions: { maxParamLength: limits.entityIdChars },
    trustProxy: deps.trustProxy,
  });
  app.decorateRequest('access', null);
  app.decorateRequest('startedAtMs', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => {
    if (closing.is) reply.header('connection', 'close');
    return answerFailure(deps, error, { request, reply });
  });
  app.setNotFoundHandler((request, reply) =>
    answerFailure(deps, new AppError('not_found', noPath), { request, reply }),
  );
  return app;
}

/** A path that exists answers 405 to methods it has not, and names those it has. */
function refuseOtherMethods(
  app: FastifyInstance,
  routes: readonly Route[],
  { corsOrigins }: Pick<ApiDeps, 'corsOrigins'>,
): void {
  const byPath = Map.groupBy(routes, ({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1'));
  for (const [url, those] of byPath) {
    const has = those.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    const allow = has.join(', ');
    app.route({
      url,
      method: app.supportedMethods.filter((method) => !has.includes(method)),
      // Before the body is read: what it holds does not matter here.
      onRequest: (request, reply, done) => {
        const isPreflight =
          request.method === 'OPTIONS' && those.some(({ isForPages }) => isForPages);
        if (isPreflight && allowOrigin(request, reply, corsOrigins)) {
          void answerPreflight(reply);
          return;
        }
        reply.header('allow', allow);
        done(new AppError('method_not_allowed', `This path has ${allow}.`));
      },
      handler: () => undefined,
    });
  }
}

/** Requests that are not HTTP reach no route; they get the same kind of answer. */
function answerBrokenHead(
  { ids, answered }: ApiDeps,
  error: ConnectionError,
  socket: Socket,
): void {
  if (!socket.writable) {
    socket.destroy(error);
    return;
  }
  const code = brokenHeads[error.code] ?? 'invalid_request';
  const requestId = ids.make('request');
  const body = JSON.stringify(problemOf(new AppError(code), requestId));
  const { status } = failures[code];
  answered({ method: 'none', route: 'none', status, durationMs: null, requestId });
  socket.end(
    `HTTP/1.1 ${status} ${statusWords[status] ?? 'Bad Request'}\r\nConnection: close\r\n` +
      `Content-Type: application/problem+json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

const statusWords: Record<number, string> = {
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

const brokenHeads: Record<string, 'head_too_large' | 'request_timeout'> = {
  HPE_HEADER_OVERFLOW: 'head_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};
