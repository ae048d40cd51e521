import type { Static } from 'typebox';
import { AppError } from '../core/app-error.ts';
import type { Subscription } from '../core/subscription.ts';
import type { Access } from './access.ts';
import type { ApiDeps } from './deps.ts';
import { readWishes } from './read-wishes.ts';
import { findEndpoint } from './routes/endpoint-state.ts';
import type { NewSubscriptionBody } from './schemas/subscription-schema.ts';

/** Makes a subscription of a checked body; throws what is wrong with it. */
export function newSubscription(
  deps: ApiDeps,
  access: Access,
  body: Static<typeof NewSubscriptionBody>,
): Subscription {
  const endpoint = findEndpoint(deps, access.tenant, body.endpointId);
  if (endpoint === null) throw noEndpoint();
  const now = deps.clock.now();
  return {
    id: deps.ids.make('subscription'),
    tenantId: access.tenant,
    endpointId: endpoint.value.id,
    ...readWishes(body),
    createdAt: now,
    updatedAt: now,
  };
}

function noEndpoint(): AppError {
  const errors = [{ pointer: '/endpointId', message: 'names no endpoint' }];
  return new AppError('validation_failed', undefined, { errors });
}
