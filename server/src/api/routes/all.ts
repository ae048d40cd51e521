import type { ApiDeps } from '../deps.ts';
import type { Route } from '../route.ts';
import { attemptRoutes } from './attempts.ts';
import { readCallbackSecret } from './callback-secret.ts';
import { deliveryRoutes } from './deliveries.ts';
import { endpointSecretRoutes } from './endpoint-secret.ts';
import { endpointStateRoutes } from './endpoint-state.ts';
import { endpointRoutes } from './endpoints.ts';
import { eventRoutes } from './events.ts';
import { healthRoutes } from './health.ts';
import { keyRoutes } from './keys.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { tenantRoutes } from './tenants.ts';

/** Every route of the API. */
export function allRoutes(deps: ApiDeps): Route[] {
  return [
    ...eventRoutes,
    ...endpointRoutes,
    ...endpointSecretRoutes,
    ...endpointStateRoutes,
    ...subscriptionRoutes,
    ...deliveryRoutes,
    ...attemptRoutes,
    ...tenantRoutes,
    readCallbackSecret,
    ...keyRoutes,
    ...healthRoutes(deps),
  ];
}
