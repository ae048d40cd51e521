import { Type } from '../schemas/type.ts';
import type { Static } from 'typebox';
import { AppError } from '../../core/app-error.ts';
import type { AttemptError, StoredAttempt } from '../../core/attempt.ts';
import { explainAttempt } from '../../core/explain/explain-attempt.ts';
import type { ExplainedEndpoint } from '../../core/explain/explanation.ts';
import type { AttemptId, DeliveryId, EndpointId, EventId, TenantId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { AttemptFilter } from '../../store/attempt-log.ts';
import type { ApiDeps } from '../deps.ts';
import { listAnswer, listOf, listQuery, pageOf } from '../listing.ts';
import { route } from '../route.ts';
import type { Answer } from '../route.ts';
import { AttemptBody, AttemptSummaryBody } from '../schemas/delivery-schema.ts';
import { closed, idParams, whole } from '../schemas/fields.ts';
import { attemptSummaryView, attemptText } from '../views/attempt-view.ts';

const attemptQuery = closed({
  ...listQuery,
  deliveryId: Type.Optional(Type.String()),
  eventId: Type.Optional(Type.String()),
  endpointId: Type.Optional(Type.String()),
  event: Type.Optional(Type.String({ description: 'The type of the event.' })),
  status: Type.Optional(Type.Enum(['succeeded', 'failed'])),
  statusCode: Type.Optional(whole(100, 999)),
  error: Type.Optional(Type.String()),
});

const listAttempts = route({
  method: 'GET',
  path: '/v1/attempts',
  summary: 'List attempts, newest first: the webhook log',
  scope: 'read',
  query: attemptQuery,
  answers: { 200: listOf(AttemptSummaryBody) },
  fails: ['cursor_mismatch', 'validation_failed'],
  handle: async (call, { store }) => {
    const filter = filterOf(call.query, call.access.reach);
    return listAnswer(call, await store.log.search(filter, pageOf(call)), attemptSummaryView);
  },
});

function filterOf(query: Static<typeof attemptQuery>, tenantId: TenantId | null): AttemptFilter {
  const { deliveryId, eventId, endpointId, event, status, statusCode, error } = query;
  return {
    tenantId,
    ...(deliveryId === undefined ? {} : { deliveryId: deliveryId as DeliveryId }),
    ...(eventId === undefined ? {} : { eventId: eventId as EventId }),
    ...(endpointId === undefined ? {} : { endpointId: endpointId as EndpointId }),
    ...(event === undefined ? {} : { eventType: event }),
    ...(status === undefined ? {} : { status }),
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(error === undefined ? {} : { error: error as AttemptError }),
  };
}

const readAttempt = route({
  method: 'GET',
  path: '/v1/attempts/{id}',
  summary: 'Show an attempt with all that was sent and came back',
  scope: 'read',
  params: idParams,
  answers: { 200: AttemptBody },
  fails: ['not_found'],
  handle: async ({ access, params }, deps) => {
    return shownAttempt(deps, { tenantId: access.reach, id: params.id as AttemptId });
  },
});

/** An attempt with all that is known of it; throws `not_found`. */
export async function shownAttempt(
  deps: Pick<ApiDeps, 'store' | 'mirror'>,
  query: { tenantId: TenantId | null; id: AttemptId },
): Promise<Answer> {
  const attempt = await deps.store.log.get(query);
  if (attempt === null) throw new AppError('not_found');
  const { tenantId, eventId } = attempt;
  const event = await deps.store.finder.event({ tenantId, id: eventId });
  const explanation = explainAttempt(attempt, explainedEndpoint(deps, attempt));
  return { status: 200, text: attemptText(attempt, { event, explanation }) };
}

/** The endpoint as it was when it was tried, as far as that is known. */
function explainedEndpoint(
  { mirror }: Pick<ApiDeps, 'mirror'>,
  { tenantId, endpointId, request }: StoredAttempt,
): ExplainedEndpoint {
  const found = mirror.get('endpoint', tenantId, endpointId);
  return { ...(found?.value ?? unknownEndpoint), url: request.url };
}

const unknownEndpoint = {
  timeoutMs: limits.attemptMs,
  scheme: 'standard',
  headerNames: 'webhook',
} as const;

/** Routes about attempts. */
export const attemptRoutes = [listAttempts, readAttempt];
