import { Type } from '../schemas/type.ts';
import { AppError } from '../../core/app-error.ts';
import type { TenantId } from '../../core/ids.ts';
import { callbackSecret } from '../../ingest/callback-secret.ts';
import type { Access } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { route } from '../route.ts';
import { closed, id } from '../schemas/fields.ts';

/** Shows what verifies callbacks without a secret of their own. */
export const readCallbackSecret = route({
  method: 'GET',
  path: '/v1/tenants/{id}/callback-secret',
  summary: 'Show the secret that signs callbacks which bring none; made when first needed',
  scope: 'secrets',
  params: closed({ id }),
  answers: { 200: closed({ secret: Type.String() }) },
  fails: ['unknown_tenant', 'store_unavailable'],
  handle: async ({ access, params }, deps) => {
    const { text } = await callbackSecret(deps, ownTenant(deps, access, params.id));
    return { status: 200, body: { secret: text } };
  },
});

/** A tenant's key sees its own tenant alone; the operator's sees all. */
function ownTenant({ mirror }: ApiDeps, { key }: Access, named: string): TenantId {
  const found = mirror.get('tenant', null, named);
  const mayKnow = key !== null && (key.tenantId === null || key.tenantId === named);
  if (found === null || !mayKnow) throw new AppError('unknown_tenant');
  return found.value.id;
}
