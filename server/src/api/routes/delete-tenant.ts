import { AppError } from '../../core/app-error.ts';
import { limits } from '../../core/limits.ts';
import type { Stored } from '../../store/catalogue-mirror.ts';
import type { CatalogueWrite, StoredResource } from '../../store/catalogue.ts';
import { updateConfig } from '../change-config.ts';
import type { ApiDeps } from '../deps.ts';
import { route } from '../route.ts';
import { idParams } from '../schemas/fields.ts';

/** A tenant that exists; throws `unknown_tenant` otherwise. */
export function foundTenant({ mirror }: Pick<ApiDeps, 'mirror'>, id: string): Stored<'tenant'> {
  const found = mirror.get('tenant', null, id);
  if (found === null) throw new AppError('unknown_tenant');
  return found;
}

/** Ends a tenant with all that is configured for it. */
export const deleteTenant = route({
  method: 'DELETE',
  path: '/v1/tenants/{id}',
  summary:
    'Delete a tenant with its keys, endpoints and subscriptions; what waits is cancelled, its ' +
    'log stays until retention ends it',
  scope: 'admin',
  isOperators: true,
  params: idParams,
  answers: { 204: null },
  fails: ['unknown_tenant', 'wrong_state', 'version_mismatch', 'conflict'],
  handle: async (call, deps) => {
    assertNotDefault(call.params.id);
    return updateConfig(deps, call, {
      find: () => foundTenant(deps, call.params.id),
      change: (found) => {
        const writes = [removal(found), ...belongings(deps, found)];
        if (writes.length > limits.tenantDeleteWrites) throw new AppError('wrong_state', tooMuch);
        return { tenantId: found.value.id, writes, status: 204 };
      },
    });
  },
});

const tooMuch =
  `The tenant has over ${limits.tenantDeleteWrites} keys, endpoints and subscriptions. ` +
  'Delete endpoints first; their subscriptions go with them.';

/** It is there at every start, and requests that name no tenant may mean it. */
function assertNotDefault(id: string): void {
  if (id === 'default') throw new AppError('wrong_state', 'The tenant default cannot be deleted.');
}

function belongings({ mirror, clock }: ApiDeps, { value }: Stored<'tenant'>): CatalogueWrite[] {
  const { id } = value;
  const at = clock.now();
  const endpoints = mirror
    .list('endpoint', id)
    .filter((each) => each.value.status.is !== 'deleted')
    .map(({ value: endpoint, version }): CatalogueWrite => {
      const deleted = { ...endpoint, status: { is: 'deleted', at }, updatedAt: at } as const;
      return { resource: { kind: 'endpoint', value: deleted }, expects: version, remove: false };
    });
  const others = [...mirror.list('key', id), ...mirror.list('subscription', id)];
  return [...endpoints, ...others.map(removal)];
}

function removal(resource: StoredResource): CatalogueWrite {
  return { resource, expects: resource.version, remove: true };
}
