import type { FastifyRequest } from 'fastify';
import type { Answered, ApiDeps } from './deps.ts';

/** Tells that a request was answered, and how long that took. */
export function tellAnswered(
  { answered, clock }: Pick<ApiDeps, 'answered' | 'clock'>,
  { method, startedAtMs }: FastifyRequest,
  answer: Pick<Answered, 'route' | 'status' | 'requestId'>,
): void {
  const durationMs = startedAtMs === null ? null : clock.monotonicMs() - startedAtMs;
  answered({ method, durationMs, ...answer });
}
