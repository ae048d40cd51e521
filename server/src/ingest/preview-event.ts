import { AppError } from '../core/app-error.ts';
import { callbackEndpoint } from '../core/callback-endpoint.ts';
import { withCallback } from '../core/callback.ts';
import { chainOf } from '../core/chain/chain.ts';
import type { Clock } from '../core/clock.ts';
import type { Event } from '../core/event.ts';
import { limits } from '../core/limits.ts';
import { compileTypes } from '../core/match-type.ts';
import type { TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { IdMaker } from '../core/make-id.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Finder } from '../store/finder.ts';
import { guardedRef } from './chain-alerts.ts';
import type { NewEvent, Preview, PreviewedDelivery } from './new-event.ts';
import { nameEvent } from './plan-event.ts';
import type { Cause } from './plan-event.ts';
import type { TypeCheck } from './type-check.ts';
import type { WantedBy } from './wanted-by.ts';

type PreviewDeps = {
  readonly finder: Pick<Finder, 'event' | 'guarded'>;
  readonly mirror: CatalogueMirror;
  readonly ids: IdMaker;
  readonly clock: Clock;
  readonly wanted: WantedBy;
  readonly types: TypeCheck;
};

/** Says what accepting an event would lead to, and changes nothing; throws what would refuse it. */
export async function previewEvent(
  deps: PreviewDeps,
  tenantId: TenantId,
  from: NewEvent,
): Promise<Preview> {
  const wrong = deps.types.problem(from);
  if (wrong !== null) throw new AppError(wrong.code, undefined, { errors: wrong.errors });
  const { ids, clock } = deps;
  const now = clock.now();
  const { event } = nameEvent(from, {
    tenantId,
    ids,
    now,
    cause: await causeOf(deps, tenantId, from),
  });
  const dueAt = from.deliverAt ?? now;
  const deliveries = deps.wanted.match(event).flatMap(({ endpointId, subscription, orderKey }) => {
    const endpoint = deps.mirror.get('endpoint', tenantId, endpointId)?.value;
    if (endpoint === undefined) return [];
    return [{ endpoint, subscriptionId: subscription.id, orderKey, dueAt, isCallback: false }];
  });
  const isHeld = await isHeldByChain(deps, event);
  return {
    event,
    isHeld,
    deliveries: [...deliveries, ...callbackOf(deps, { tenantId, from, dueAt })],
  };
}

async function isHeldByChain({ finder }: PreviewDeps, event: Event): Promise<boolean> {
  if (event.hops <= limits.hops) return false;
  return event.hops > chainOf(await finder.guarded(guardedRef(event))).allowedHops;
}

async function causeOf(
  { finder }: PreviewDeps,
  tenantId: TenantId,
  { causationId }: NewEvent,
): Promise<Cause | null> {
  const id = causationId as NewEvent['id'];
  return id === null ? null : finder.event({ tenantId, id });
}

/** Neither the lane of its origin nor a secret of the tenant is made for a look. */
function callbackOf(
  { mirror }: PreviewDeps,
  { tenantId, from, dueAt }: { tenantId: TenantId; from: NewEvent; dueAt: Instant },
): PreviewedDelivery[] {
  const { callback, type } = from;
  if (callback === null) return [];
  if (callback.types !== null && !compileTypes(callback.types)(type)) return [];
  const { url, secret, headers, retry, timeoutMs, format } = callback;
  const lane = callbackEndpoint(tenantId, new URL(url).origin, dueAt);
  const secrets = secret === null ? null : [{ text: secret, createdAt: dueAt, endsAt: null }];
  const tenants = mirror.get('tenant', null, tenantId)?.value.callbackSecret;
  const plain = { url, secrets, headers, retry, timeoutMs };
  const target = format === undefined ? plain : { ...plain, format };
  const endpoint = withCallback(lane, target, tenants === undefined ? [] : [tenants]);
  return [{ endpoint, subscriptionId: null, orderKey: null, dueAt, isCallback: true }];
}
