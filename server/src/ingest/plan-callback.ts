import { AppError } from '../core/app-error.ts';
import type { CallbackTarget } from '../core/callback.ts';
import { callbackEndpoint, callbackEndpointId } from '../core/callback-endpoint.ts';
import type { SigningSecret } from '../core/endpoint.ts';
import type { EndpointId, TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import { compileTypes } from '../core/match-type.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import { callbackSecret } from './callback-secret.ts';
import type { CallbackSecretDeps } from './callback-secret.ts';
import type { NewCallback, NewEvent } from './new-event.ts';

/** A delivery that an event's callback asks for, besides those of subscriptions. */
export type PlannedCallback = {
  readonly endpointId: EndpointId;
  readonly target: CallbackTarget;
};

/**
 * Sees to it that a callback has the lane of its origin and a secret; null when the event has none
 * or its type is not one that the callback wants. Throws `too_many_callback_origins`.
 */
export async function planCallback(
  deps: CallbackSecretDeps,
  tenantId: TenantId,
  { type, callback }: Pick<NewEvent, 'type' | 'callback'>,
): Promise<PlannedCallback | null> {
  if (callback === null || !isWanted(callback, type)) return null;
  const endpointId = await laneOf(deps, tenantId, new URL(callback.url).origin);
  if (callback.secret === null) await callbackSecret(deps, tenantId);
  return { endpointId, target: targetOf(callback, deps.clock.now()) };
}

function isWanted({ types }: NewCallback, type: string): boolean {
  return types === null || compileTypes(types)(type);
}

function targetOf(
  { url, secret, headers, retry, timeoutMs, format }: NewCallback,
  createdAt: Instant,
): CallbackTarget {
  const secrets: SigningSecret[] | null =
    secret === null ? null : [{ text: secret, createdAt, endsAt: null }];
  const target = { url, secrets, headers, retry, timeoutMs };
  return format === undefined ? target : { ...target, format };
}

/** The hidden endpoint of an origin; of two nodes that make it at once one finds the other's. */
async function laneOf(
  { mirror, clock }: CallbackSecretDeps,
  tenantId: TenantId,
  origin: string,
): Promise<EndpointId> {
  const id = callbackEndpointId(tenantId, origin);
  for (let tries = 1; tries <= limits.acceptTries; tries += 1) {
    if (mirror.get('endpoint', tenantId, id) !== null) return id;
    assertRoom(mirror, tenantId);
    const value = callbackEndpoint(tenantId, origin, clock.now());
    const resource = { kind: 'endpoint', value } as const;
    const writes = [{ resource, expects: null, remove: false }];
    const answer = await mirror.change({ tenantId, writes, idempotency: null });
    if (answer.is !== 'changed') await mirror.refresh();
  }
  throw new AppError('conflict');
}

function assertRoom(mirror: CatalogueMirror, tenantId: TenantId): void {
  const hidden = mirror.list('endpoint', tenantId).filter(({ value }) => value.isHidden);
  if (hidden.length >= limits.callbackOrigins) throw new AppError('too_many_callback_origins');
}
