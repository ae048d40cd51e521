import { AppError } from '../../core/app-error.ts';
import { later } from '../../core/instant.ts';
import { limits } from '../../core/limits.ts';
import { isTypePattern } from '../../core/match-type.ts';
import type { StreamGrant } from '../../core/stream-tokens.ts';
import { instantText } from '../instant-text.ts';
import { route } from '../route.ts';
import { NewStreamTokenBody, StreamTokenBody } from '../schemas/stream-schema.ts';
import { foundTask } from '../task-reads.ts';

/** A token that a page may hold. */
export const createStreamToken = route({
  method: 'POST',
  path: '/v1/stream-tokens',
  summary: 'Make a token with which a page reads one stream',
  scope: 'read',
  body: NewStreamTokenBody,
  answers: { 201: StreamTokenBody },
  fails: ['not_found', 'validation_failed'],
  handle: async ({ access, body }, deps) => {
    const { taskId = null, types = null, expiresMs = limits.streamTokenDefaultMs } = body;
    if (taskId !== null && types !== null) throw wrong('/types', 'goes with no taskId');
    types?.forEach((type, at) => {
      if (!isTypePattern(type)) throw wrong(`/types/${at}`, 'is no pattern such as task.* or *');
    });
    const { tenant: tenantId, key } = access;
    if (key === null) throw new AppError('unauthorized');
    if (taskId !== null) await foundTask(deps, { tenantId, id: taskId });
    const expiresAt = later(deps.clock.now(), expiresMs);
    const grant: StreamGrant = { tenantId, keyId: key.id, taskId, types, expiresAt };
    const token = deps.streamTokens.issue(grant);
    if (token.length > limits.streamTokenChars) throw wrong('/types', 'are too long together');
    const path = taskId === null ? '/v1/stream' : `/v1/tasks/${taskId}/events`;
    const url = `${deps.publicUrl ?? ''}${path}?token=${token}`;
    return {
      status: 201,
      body: { token, url, taskId, types, expiresAt: instantText(expiresAt) },
      headers: { 'cache-control': 'no-store' },
    };
  },
});

function wrong(pointer: string, message: string): AppError {
  return new AppError('validation_failed', undefined, { errors: [{ pointer, message }] });
}
