import type { Static } from 'typebox';
import { Type } from '../schemas/type.ts';
import { AppError } from '../../core/app-error.ts';
import { builtInEventTypes, testEventType } from '../../core/built-in-event-types.ts';
import { isReservedType } from '../../core/event-type.ts';
import type { Json } from '../../core/json.ts';
import type { ApiDeps } from '../deps.ts';
import { route } from '../route.ts';
import { AttemptBody } from '../schemas/delivery-schema.ts';
import { closed, eventType, idParams } from '../schemas/fields.ts';
import { shownAttempt } from './attempts.ts';
import { findEndpoint } from './endpoint-state.ts';

const TestBody = closed({ type: Type.Optional(eventType) });

/** Sends a test event to one endpoint and answers what came of it. */
export const testEndpoint = route({
  method: 'POST',
  path: '/v1/endpoints/{id}/test',
  summary:
    'Send a signed test event to this endpoint alone, also while it is paused, disabled or failing',
  scope: 'manage',
  params: idParams,
  body: TestBody,
  isBodyOptional: true,
  answers: { 200: AttemptBody },
  fails: [
    'not_found',
    'validation_failed',
    'too_many_tests',
    'lease_lost',
    'conflict',
    'overloaded',
    'disk_full',
  ],
  handle: async ({ access, params, body }, deps) => {
    const endpoint = findEndpoint(deps, access.tenant, params.id);
    if (endpoint === null) throw new AppError('not_found');
    const type = typeOf(body);
    const data = Buffer.from(JSON.stringify(sampleOf(deps, type)));
    const id = await deps.testEndpoint({ endpoint, type, data });
    return shownAttempt(deps, { tenantId: access.tenant, id });
  },
});

function typeOf(body: Static<typeof TestBody> | undefined): string {
  const type = body?.type ?? testEventType;
  if (!isReservedType(type) || builtInEventTypes.some(({ id }) => id === type)) return type;
  const errors = [{ pointer: '/type', message: 'is reserved, and not a type that Posthorn makes' }];
  throw new AppError('validation_failed', undefined, { errors });
}

const unsaid = { test: true, message: 'A test event from Posthorn.' };

function sampleOf({ mirror }: ApiDeps, type: string): Json {
  const builtIn = builtInEventTypes.find(({ id }) => id === type)?.sample ?? null;
  return mirror.get('event_type', null, type)?.value.sample ?? builtIn ?? unsaid;
}
