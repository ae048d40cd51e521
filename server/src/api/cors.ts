import type { FastifyReply, FastifyRequest } from 'fastify';

const preflight = {
  'access-control-allow-methods': 'GET',
  'access-control-allow-headers': 'Authorization, Last-Event-ID, Posthorn-Tenant',
  'access-control-max-age': '600',
} as const;

/** Lets pages of these origins read an answer, and no other. */
export function allowOrigin(
  { headers }: Pick<FastifyRequest, 'headers'>,
  reply: FastifyReply,
  origins: readonly string[],
): boolean {
  if (origins.length === 0) return false;
  reply.header('vary', 'Origin');
  const { origin } = headers;
  if (origin === undefined || !origins.includes(origin)) return false;
  reply.header('access-control-allow-origin', origin);
  return true;
}

/** Answers what a browser asks before a request with headers of its own. */
export function answerPreflight(reply: FastifyReply): FastifyReply {
  return reply.code(204).headers(preflight).send();
}
