import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures.ts';
import type { FailureCode } from '../core/failures.ts';
import type { ApiDeps } from './deps.ts';
import { problemOf } from './problem.ts';
import { tellAnswered } from './tell-answered.ts';

/** What the framework refuses by itself, by its codes. */
const refusals: Record<string, FailureCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_BAD_URL: 'invalid_request',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
};

/** Seconds after which trying again makes sense. */
const retryAfter = '1';

/** Answers a failure as a problem; what is not expected is told to the log and hidden. */
export function answerFailure(
  deps: Pick<ApiDeps, 'ids' | 'failed' | 'answered' | 'clock'>,
  thrown: unknown,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): FastifyReply {
  const error = thrown instanceof AppError ? thrown : translated(thrown, request);
  const requestId = deps.ids.make('request');
  const { status, retryable } = failures[error.code];
  if (error.code === 'internal') deps.failed({ requestId, cause: thrown });
  tellAnswered(deps, request, { route: routeOf(request), status, requestId });
  if (retryable && status !== 408) reply.header('retry-after', retryAfter);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  reply.headers(error.headers);
  reply.code(status).header('content-type', 'application/problem+json');
  return reply.send(JSON.stringify(problemOf(error, requestId)));
}

/** The pattern of the route that was met, as the API's own description writes it. */
function routeOf({ routeOptions }: FastifyRequest): string {
  return routeOptions.url?.replaceAll(/:(\w+)/g, '{$1}') ?? 'none';
}

function translated(thrown: unknown, request: FastifyRequest): AppError {
  const { code, statusCode } = thrown as { code?: string; statusCode?: number };
  const known = code === undefined ? undefined : refusals[code];
  if (known === 'payload_too_large') return tooLarge(request.routeOptions.bodyLimit);
  if (known !== undefined) return new AppError(known);
  // A body that broke off: the stream's own error, which the framework marks as the caller's.
  if (statusCode === 400) return new AppError('invalid_request', 'The body did not arrive whole.');
  return new AppError('internal');
}

/** The failure of a body past `limit` bytes. */
export function tooLarge(limit: number | undefined): AppError {
  const named = limit === undefined ? '' : ` The limit is ${limit} bytes.`;
  return new AppError('payload_too_large', `${failures.payload_too_large.says}${named}`);
}
