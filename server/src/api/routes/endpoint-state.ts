import { AppError } from '../../core/app-error.ts';
import { limits } from '../../core/limits.ts';
import type { Endpoint, EndpointStatus } from '../../core/endpoint.ts';
import type { TenantId } from '../../core/ids.ts';
import { alertReach } from '../../ingest/alert-reach.ts';
import type { Stored } from '../../store/catalogue-mirror.ts';
import type { ConfigChange } from '../change-config.ts';
import { updateConfig } from '../change-config.ts';
import type { ApiDeps } from '../deps.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import { EndpointBody } from '../schemas/endpoint-schema.ts';
import { idParams } from '../schemas/fields.ts';
import { endpointView } from '../views/endpoint-view.ts';

/** An endpoint that can be seen; deleted ones and those of callbacks cannot. */
export function findEndpoint(
  { mirror }: Pick<ApiDeps, 'mirror'>,
  tenantId: TenantId | null,
  id: string,
): Stored<'endpoint'> | null {
  const found = mirror.get('endpoint', tenantId, id);
  return found === null || !isVisible(found.value) ? null : found;
}

/** Whether lists show it. */
export function isVisible({ status, isHidden }: Endpoint): boolean {
  return status.is !== 'deleted' && !isHidden;
}

/** An endpoint as it is shown, with what it wants and how its circuit stands. */
export function shownEndpoint(
  { mirror, circuit }: Pick<ApiDeps, 'mirror' | 'circuit'>,
  endpoint: Endpoint,
) {
  const { id } = endpoint;
  const subscriptions = mirror
    .subscriptionsOf(id, limits.endpointSubscriptions)
    .map((each) => each.value);
  const alertsReach = alertReach(mirror, endpoint);
  return endpointView(endpoint, { subscriptions, circuit: circuit(id), alertsReach });
}

/** The change that puts `value` in the place of what is stored, and shows it. */
export function endpointChange(
  deps: ApiDeps,
  found: Stored<'endpoint'>,
  changed: Partial<Endpoint>,
): ConfigChange {
  const value = { ...found.value, ...changed, updatedAt: deps.clock.now() };
  return {
    tenantId: value.tenantId,
    writes: [{ resource: { kind: 'endpoint', value }, expects: found.version, remove: false }],
    status: 200,
    body: shownEndpoint(deps, value),
  };
}

type Params = { id: string };
type Move = (deps: ApiDeps, endpoint: Endpoint) => EndpointStatus | Promise<EndpointStatus>;

const pauseEndpoint = stateRoute('pause', 'Make deliveries, but hold them', (_deps, endpoint) => {
  if (endpoint.status.is === 'disabled') throw wrongState(endpoint);
  return { is: 'paused' };
});

const resumeEndpoint = stateRoute(
  'resume',
  'Deliver again, after a pause or when disabled',
  async (deps, endpoint) => {
    if (endpoint.status.is === 'disabled') await assertSettled(deps, endpoint);
    return { is: 'active' };
  },
);

const disableEndpoint = stateRoute(
  'disable',
  'Make no deliveries; those that wait become dead letters',
  ({ clock }, { status }) =>
    status.is === 'disabled' ? status : { is: 'disabled', reason: 'asked', at: clock.now() },
);

/** Routes that move an endpoint between its states. */
export const endpointStateRoutes = [pauseEndpoint, resumeEndpoint, disableEndpoint];

function stateRoute(verb: 'pause' | 'resume' | 'disable', summary: string, move: Move) {
  return route({
    method: 'POST',
    path: `/v1/endpoints/{id}/${verb}`,
    summary,
    scope: 'manage',
    params: idParams,
    isIdempotent: true,
    answers: { 200: EndpointBody },
    fails: ['not_found', 'wrong_state', 'endpoint_settling', 'version_mismatch'],
    handle: (call, deps) => moveEndpoint(deps, call, move),
  });
}

function moveEndpoint(deps: ApiDeps, call: Call<Params>, move: Move): Promise<Answer> {
  return updateConfig(deps, call, {
    find: () => findEndpoint(deps, call.access.tenant, call.params.id),
    change: async (found) => endpointChange(deps, found, { status: await move(deps, found.value) }),
  });
}

function wrongState({ status }: Endpoint): AppError {
  return new AppError('wrong_state', `The endpoint is ${status.is}.`);
}

/** What waited when it was disabled must have ended, or it would be sent after all. */
async function assertSettled({ store }: ApiDeps, { tenantId, id }: Endpoint): Promise<void> {
  const waiting = { tenantId, endpointId: id, state: 'pending' } as const;
  const { rows } = await store.finder.deliveries(waiting, { before: null, limit: 1 });
  if (rows.length > 0) throw new AppError('endpoint_settling');
}
