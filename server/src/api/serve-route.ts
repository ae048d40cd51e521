import { addAbortSignal, Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../core/app-error.ts';
import { limits } from '../core/limits.ts';
import { readTrace } from '../core/trace-context.ts';
import type { Access } from './access.ts';
import { assertValid, checkerOf } from './checker.ts';
import { allowOrigin } from './cors.ts';
import type { Checker } from './checker.ts';
import type { ApiDeps } from './deps.ts';
import type { Gate } from './gate.ts';
import { idempotencyKey } from './idempotency.ts';
import type { Idempotency } from './idempotency.ts';
import type { LargeBodies } from './large-bodies.ts';
import { readJson } from './read-json.ts';
import { admitByToken } from './stream-grant.ts';
import { tellAnswered } from './tell-answered.ts';
import type { Answer, Call, EndlessText, Route } from './route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set before the body is read. */
    access: Access | null;
    /** When it began to be served, on the monotonic clock; null before that. */
    startedAtMs: number | null;
  }
}

/** What serving takes besides the route. */
export type Serving = {
  readonly deps: ApiDeps;
  readonly gate: Gate;
  readonly idempotency: Idempotency;
  readonly bodies: LargeBodies;
  /** Whether the server is on its way down. */
  readonly isClosing: () => boolean;
};

type Checkers = Readonly<Record<'params' | 'query' | 'body', Checker | null>>;

const notEncoded = 'Send the body as it is, without a Content-Encoding.';
const noBody = Buffer.alloc(0);

/** Lets the server answer a route. */
export function serveRoute(app: FastifyInstance, route: Route, serving: Serving): void {
  const { gate, isClosing, deps } = serving;
  const rule = { scope: route.scope, isOperators: route.isOperators === true };
  const checkers = checkersOf(route);
  const bodyLimit = route.bodyBytes ?? limits.configBytes;
  const mayBeLarge = bodyLimit > limits.largeBodyBytes;
  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit,
    onRequest: (request, reply, done) => {
      request.startedAtMs = deps.clock.monotonicMs();
      try {
        if (isClosing() && route.scope !== null) throw new AppError('shutting_down');
        assertHeaderCount(request.raw.rawHeaders);
        if (route.isForPages === true) allowOrigin(request, reply, deps.corsOrigins);
        request.access =
          (route.isForPages === true ? admitByToken(request.query, deps) : null) ??
          gate.admit(request.headers, rule);
        if (mayBeLarge) {
          serving.bodies.admit(request.headers['content-length'], bodyLimit, reply.raw);
        }
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    handler: async (request, reply) => {
      const call = readCall(request, route, checkers);
      const answer = await answerTo(call, route, serving);
      // Otherwise an idle connection would keep the server from ending.
      if (isClosing()) reply.header('connection', 'close');
      const { path } = route;
      tellAnswered(deps, request, { route: path, status: answer.status, requestId: null });
      return send(reply, answer);
    },
  });
}

/** @param raw  names and values in turn. */
function assertHeaderCount(raw: readonly string[]): void {
  if (raw.length <= 2 * limits.requestHeaders) return;
  throw new AppError('head_too_large', `The limit is ${limits.requestHeaders} headers.`);
}

function checkersOf({ params, query, body, isBodyRaw }: Route): Checkers {
  return {
    params: params === undefined ? null : checkerOf(params, 'text'),
    query: query === undefined ? null : checkerOf(query, 'text'),
    body: body === undefined || isBodyRaw === true ? null : checkerOf(body),
  };
}

function readCall(request: FastifyRequest, route: Route, checkers: Checkers): Call {
  const { access, params, query, headers, method } = request;
  if (access === null) throw new AppError('unauthorized');
  if (checkers.params !== null) assertValid(checkers.params(params));
  if (checkers.query !== null) assertValid(checkers.query(query));
  const raw = Buffer.isBuffer(request.body) ? request.body : noBody;
  const body = route.body === undefined ? undefined : readBody(request, { route, raw });
  if (checkers.body !== null && body !== undefined) assertValid(checkers.body(body));
  const path = request.url.split('?', 1)[0] ?? request.url;
  const trace = readTrace(headers['traceparent'], headers['tracestate']);
  return { params, query, body, raw, access, headers, method, path, idempotency: null, trace };
}

function readBody(request: FastifyRequest, { route, raw }: { route: Route; raw: Buffer }): unknown {
  if (raw.length === 0 && route.isBodyOptional === true) return undefined;
  const { 'content-type': type, 'content-encoding': encoding = 'identity' } = request.headers;
  if (type !== 'application/json' && route.takesAnyType?.(request.headers) !== true) {
    assertContentType(type, typesOf(route));
  }
  if (encoding !== 'identity') throw new AppError('unsupported_media_type', notEncoded);
  return route.isBodyRaw === true ? undefined : readJson(raw);
}

function typesOf({ contentTypes = ['application/json'], otherBodies = {} }: Route): string[] {
  return [...contentTypes, ...Object.keys(otherBodies)];
}

function assertContentType(given: string | undefined, accepted: readonly string[]): void {
  // Most requests say exactly this.
  if (given === undefined || given === 'application/json') return;
  const [type = '', ...parameters] = given.toLowerCase().split(';');
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (accepted.includes(type.trim()) && isUtf8) return;
  const detail = `Send ${accepted.join(' or ')}, in UTF-8.`;
  throw new AppError('unsupported_media_type', detail);
}

async function answerTo(call: Call, route: Route, serving: Serving): Promise<Answer> {
  const key = route.isIdempotent === true ? call.headers['idempotency-key'] : undefined;
  if (key === undefined) return route.handle(call, serving.deps);
  const claim = { key: idempotencyKey(key), isTenantless: route.isTenantless === true };
  return serving.idempotency.once(call, claim, async (claimed) =>
    route.handle(claimed, serving.deps),
  );
}

function send(reply: FastifyReply, answer: Answer) {
  const { status, text, bytes, stream, body, contentType, headers } = answer;
  reply.code(status);
  if (headers !== undefined) reply.headers(headers);
  const made = stream === undefined ? (text ?? bytes) : readableOf(stream);
  if (made === undefined && body === undefined) return reply.send();
  reply.header('content-type', contentType ?? 'application/json; charset=utf-8');
  return reply.send(made ?? JSON.stringify(body));
}

function readableOf({ pieces, cutOff, closed }: EndlessText): Readable {
  const readable = Readable.from(pieces, { objectMode: false });
  readable.once('close', closed);
  return addAbortSignal(cutOff, readable);
}
