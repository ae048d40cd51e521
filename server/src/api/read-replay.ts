import type { Static } from 'typebox';
import { AppError } from '../core/app-error.ts';
import type { FieldError } from '../core/app-error.ts';
import { judgeEndpoint } from '../core/judge-replay.ts';
import type { DeliveryId, EndpointId, EventId, TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import { replayRequestErrors } from '../core/replay-request-errors.ts';
import type { ReplayRequest } from '../core/replay.ts';
import type { ApiDeps } from './deps.ts';
import { readInstant } from './instant-text.ts';
import { findEndpoint } from './routes/endpoint-state.ts';
import type { NewReplayBody } from './schemas/replay-schema.ts';

type Asked = Static<typeof NewReplayBody>;

/**
 * Reads what is to be replayed. Throws `validation_failed` for what cannot be asked for,
 * `not_found` for a name that stands for nothing of the tenant, and `wrong_state` for an endpoint
 * that takes no deliveries.
 */
export async function readReplay(
  deps: ApiDeps,
  tenantId: TenantId,
  body: Asked,
): Promise<ReplayRequest> {
  const errors: FieldError[] = [];
  const asked = {
    only: body.only ?? 'dead',
    as: body.as ?? null,
    endpointId: (body.endpointId ?? null) as EndpointId | null,
    types: body.types ?? null,
    since: readTime(body.since, '/since', errors),
    until: readTime(body.until, '/until', errors),
    eventIds: (body.eventIds ?? null) as EventId[] | null,
    deliveryIds: (body.deliveryIds ?? null) as DeliveryId[] | null,
    ratePerSecond: body.ratePerSecond ?? null,
  };
  errors.push(...replayRequestErrors(asked));
  if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
  const request = { ...asked, as: asked.as ?? 'same' };
  assertEndpoint(deps, tenantId, request);
  await assertNamed(deps, tenantId, request);
  return request;
}

function readTime(text: string | undefined, pointer: string, errors: FieldError[]): Instant | null {
  if (text === undefined) return null;
  const at = readInstant(text);
  if (at === null) errors.push({ pointer, message: 'is not a time that exists' });
  return at;
}

function assertEndpoint(deps: ApiDeps, tenantId: TenantId, { endpointId }: ReplayRequest): void {
  if (endpointId === null) return;
  const endpoint = findEndpoint(deps, tenantId, endpointId);
  if (endpoint === null) throw new AppError('not_found', 'There is no such endpoint.');
  if (judgeEndpoint(endpoint.value.status).do === 'make') return;
  throw new AppError('wrong_state', 'The endpoint is disabled. Resume it, then replay.');
}

/** Together, so that the look-ups cross to the reader as one message. */
async function assertNamed(
  { store: { finder } }: ApiDeps,
  tenantId: TenantId,
  { eventIds, deliveryIds }: ReplayRequest,
): Promise<void> {
  const found = await Promise.all([
    ...(deliveryIds ?? []).map(async (id) => (await finder.delivery({ tenantId, id })) ?? id),
    ...(eventIds ?? []).map(async (id) => (await isKnownEvent(finder, tenantId, id)) || id),
  ]);
  const unknown = found.find((each) => typeof each === 'string');
  if (unknown !== undefined) throw new AppError('not_found', `There is no ${unknown}.`);
}

/** By its deliveries' list, which carries no payload; an event without any is looked at itself. */
async function isKnownEvent(
  finder: ApiDeps['store']['finder'],
  tenantId: TenantId,
  eventId: EventId,
): Promise<boolean> {
  const filter = { tenantId, eventId };
  const { rows } = await finder.deliveries(filter, { before: null, limit: 1 });
  return rows.length > 0 || (await finder.event({ tenantId, id: eventId })) !== null;
}
