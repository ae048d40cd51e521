import type { Chance, Clock } from '../core/clock.ts';
import { AppError } from '../core/app-error.ts';
import type { SigningSecret } from '../core/endpoint.ts';
import type { TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { secretText } from '../core/secret-text.ts';
import type { Tenant } from '../core/tenant.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';

export type CallbackSecretDeps = {
  readonly mirror: CatalogueMirror;
  readonly clock: Pick<Clock, 'now'>;
  readonly chance: Chance;
};

/**
 * The secret that signs a tenant's callbacks which bring none; made when it is first asked for,
 * and of two nodes that make it at once both use the one that was stored.
 */
export async function callbackSecret(
  deps: CallbackSecretDeps,
  tenantId: TenantId,
): Promise<SigningSecret> {
  for (let tries = 1; tries <= limits.acceptTries; tries += 1) {
    const found = deps.mirror.get('tenant', null, tenantId);
    if (found?.value.callbackSecret !== undefined) return found.value.callbackSecret;
    const value = withSecret(deps, found?.value ?? newTenant(deps, tenantId));
    const resource = { kind: 'tenant', value } as const;
    const writes = [{ resource, expects: found?.version ?? null, remove: false }];
    const answer = await deps.mirror.change({ tenantId, writes, idempotency: null });
    if (answer.is !== 'changed') await deps.mirror.refresh();
  }
  throw new AppError('conflict');
}

function withSecret({ clock, chance }: CallbackSecretDeps, tenant: Tenant): Tenant {
  const now = clock.now();
  const secret = { text: secretText(chance), createdAt: now, endsAt: null };
  return { ...tenant, callbackSecret: secret, updatedAt: now };
}

/** The tenant `default` may be used before anybody has made it. */
function newTenant({ clock }: CallbackSecretDeps, id: TenantId): Tenant {
  const now = clock.now();
  return { id, name: id, createdAt: now, updatedAt: now };
}
