import type { ApiDeps } from '../deps.ts';
import type { Route } from '../route.ts';
import { alertDefaultsRoutes } from './alert-defaults.ts';
import { attemptRoutes } from './attempts.ts';
import { bundleRoutes } from './bundles.ts';
import { readClaim } from './claims.ts';
import { readCallbackSecret } from './callback-secret.ts';
import { chainRoutes } from './chains.ts';
import { deliveryRoutes } from './deliveries.ts';
import { endpointSecretRoutes } from './endpoint-secret.ts';
import { endpointStateRoutes } from './endpoint-state.ts';
import { endpointRoutes } from './endpoints.ts';
import { testEndpoint } from './endpoint-test.ts';
import { entityRoutes } from './entities.ts';
import { eventTypeRoutes } from './event-types.ts';
import { eventRoutes } from './events.ts';
import { healthRoutes } from './health.ts';
import { keyRoutes } from './keys.ts';
import { replayRoutes } from './replays.ts';
import { statsRoutes } from './stats.ts';
import { streamEvents } from './stream.ts';
import { createStreamToken } from './stream-tokens.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { taskRoutes } from './tasks.ts';
import { tenantRoutes } from './tenants.ts';

/** Every route of the API. */
export function allRoutes(deps: Pick<ApiDeps, 'isMetricsOpen'>): Route[] {
  return [
    ...eventRoutes,
    ...eventTypeRoutes,
    ...endpointRoutes,
    ...endpointSecretRoutes,
    ...endpointStateRoutes,
    testEndpoint,
    ...subscriptionRoutes,
    ...deliveryRoutes,
    ...attemptRoutes,
    ...statsRoutes,
    ...replayRoutes,
    ...chainRoutes,
    ...taskRoutes,
    ...entityRoutes,
    ...bundleRoutes,
    streamEvents,
    createStreamToken,
    readClaim,
    ...tenantRoutes,
    ...alertDefaultsRoutes,
    readCallbackSecret,
    ...keyRoutes,
    ...healthRoutes(deps),
  ];
}
