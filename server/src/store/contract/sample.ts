import { createHash } from 'node:crypto';
import { readDetail, writeDetail } from '../../core/attempt-detail.ts';
import type { AttemptSight } from '../../core/attempt-detail.ts';
import type { Attempt, StoredAttempt } from '../../core/attempt.ts';
import type { PendingDelivery } from '../../core/delivery.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { EndpointHealth } from '../../core/endpoint-health.ts';
import type { Event } from '../../core/event.ts';
import type { NodeId, TenantId } from '../../core/ids.ts';
import { instant, later } from '../../core/instant.ts';
import type { Instant } from '../../core/instant.ts';
import { limits } from '../../core/limits.ts';
import { standardRetry } from '../../core/retry-policy.ts';
import type { HeldShard } from '../../core/shard.ts';
import type { Subscription } from '../../core/subscription.ts';
import type { AccessKey, Tenant } from '../../core/tenant.ts';
import type { CatalogueWrite, Resource } from '../catalogue.ts';
import type { IdempotencyRow } from '../idempotency.ts';
import type { AttemptRecord, GuardedWrite, PlannedDelivery, PlannedEvent } from '../queue.ts';
import { sampleId } from './sample-id.ts';

/** The tenant of every sample that names no other. */
export const acme = 'acme' as TenantId;
/** Another tenant, whose rows must never show in acme's. */
export const globex = 'globex' as TenantId;
/** A node that may share a store with {@link right}. */
export const left = 'node-left' as NodeId;
/** The other node. */
export const right = 'node-right' as NodeId;

/** The instant `ms` milliseconds after the moment at which every sample begins. */
export function at(ms: number): Instant {
  return instant(1_750_000_000_000 + ms);
}

/** Later than any clock that a store may be given in a test. */
export const neverEnding = instant(4_102_444_800_000);

/** Text as bytes of UTF-8. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** An event as its publisher gave it; `parts` replaces what a test cares about. */
export function sampleEvent(parts: Partial<Event> = {}): Event {
  const id = parts.id ?? sampleId('event');
  return {
    id,
    tenantId: acme,
    type: 'task.completed',
    data: bytes('{"taskId":"t-1","tokens":12345678901234567890}'),
    contentType: 'application/json',
    time: at(0),
    acceptedAt: at(0),
    source: null,
    key: null,
    entity: null,
    correlationId: id,
    causationId: null,
    hops: 0,
    metadata: null,
    ceId: null,
    ...parts,
  };
}

/** A delivery due at once, to an endpoint of its own and outside any order. */
export function plannedDelivery(parts: Partial<PlannedDelivery> = {}): PlannedDelivery {
  return {
    id: sampleId('delivery'),
    endpointId: sampleId('endpoint'),
    subscriptionId: null,
    dueAt: at(0),
    orderKey: null,
    isReplay: false,
    ...parts,
  };
}

type EventParts = Partial<Omit<PlannedEvent, 'event'>> & { readonly event?: Partial<Event> };

/** An event as ingest plans it; without `deliveries` nobody wants it. */
export function plannedEvent(parts: EventParts = {}): PlannedEvent {
  return {
    planId: sampleId('request'),
    isCallersId: false,
    deliveries: [],
    writes: [],
    catalogueVersion: 0,
    idempotency: null,
    ...parts,
    event: sampleEvent(parts.event),
  };
}

/** The first write of a task. */
export function guardedWrite(parts: Partial<GuardedWrite> = {}): GuardedWrite {
  return { kind: 'task', id: 't-1', expects: null, value: { is: 'started' }, ...parts };
}

/** A kept answer that has not ended, unless `expiresAt` says so. */
export function idempotencyRow(parts: Partial<IdempotencyRow> = {}): IdempotencyRow {
  return {
    tenantId: acme,
    method: 'POST',
    path: '/v1/events',
    key: sampleId('request'),
    bodyDigest: createHash('sha256').update('a body').digest('hex'),
    status: 202,
    body: bytes('{"duplicate":false}'),
    expiresAt: neverEnding,
    ...parts,
  };
}

/** An attempt that succeeded, unless `parts` says otherwise. */
export function sampleAttempt(delivery: PendingDelivery, parts: Partial<Attempt> = {}): Attempt {
  return {
    id: sampleId('attempt'),
    tenantId: delivery.tenantId,
    deliveryId: delivery.id,
    eventId: delivery.eventId,
    eventType: 'task.completed',
    endpointId: delivery.endpointId,
    number: delivery.attemptCount + 1,
    startedAt: later(delivery.dueAt, 5),
    latencyMs: 12.5,
    status: 'succeeded',
    statusCode: 200,
    error: null,
    ...seen(sampleSight(delivery)),
    ...parts,
  };
}

/** What {@link sampleAttempt} sent and saw. */
export function sampleSight({ eventId }: PendingDelivery): AttemptSight {
  return {
    phases: { queueMs: 5, dnsMs: null, connectMs: 1.25, tlsMs: null, firstByteMs: 9, bodyMs: 0.5 },
    request: { url: 'https://receiver.example/hook', headers: [['webhook-id', eventId]] },
    answer: { headers: [['content-type', 'text/plain']], body: bytes('ok'), isTruncated: false },
  };
}

/** The parts of an attempt that carry a sight. */
export function seen(sight: AttemptSight): Pick<Attempt, 'detail' | 'answerBody'> {
  return { detail: writeDetail(sight), answerBody: sight.answer?.body ?? null };
}

/** The attempt as a reader gets it, but for its position. */
export function readBack({
  detail,
  answerBody,
  ...rest
}: Attempt): Omit<StoredAttempt, 'position'> {
  return { ...rest, ...readDetail(detail, answerBody) };
}

/** What a failed attempt looks like: `parts` for {@link sampleAttempt}. */
export const failed503 = {
  status: 'failed',
  statusCode: 503,
  error: 'http_503',
} as const satisfies Partial<Attempt>;

/** The record of a first success, unless `parts` says otherwise. */
export function attemptRecord(
  delivery: PendingDelivery,
  held: HeldShard,
  parts: Partial<AttemptRecord> = {},
): AttemptRecord {
  return {
    tenantId: delivery.tenantId,
    deliveryId: delivery.id,
    deliveryPosition: delivery.position,
    endpointId: delivery.endpointId,
    held,
    attemptCount: delivery.attemptCount,
    attempt: sampleAttempt(delivery),
    at: later(delivery.dueAt, 20),
    failingSince: null,
    next: { is: 'delivered' },
    health: null,
    disables: null,
    ...parts,
  };
}

/** The record of a failure after which the delivery waits until `dueAt`. */
export function failedRecord(
  delivery: PendingDelivery,
  held: HeldShard,
  dueAt: Instant,
): AttemptRecord {
  return attemptRecord(delivery, held, {
    attempt: sampleAttempt(delivery, failed503),
    failingSince: delivery.failingSince ?? later(delivery.dueAt, 20),
    next: { is: 'pending', dueAt, budgetFrom: delivery.budgetFrom },
  });
}

/** The record of a failure after which the delivery is dead. */
export function deadRecord(
  delivery: PendingDelivery,
  held: HeldShard,
  holdsKey = false,
): AttemptRecord {
  return attemptRecord(delivery, held, {
    attempt: sampleAttempt(delivery, failed503),
    failingSince: delivery.failingSince ?? later(delivery.dueAt, 20),
    next: { is: 'dead', reason: 'attempts_exhausted', holdsKey },
  });
}

/** The health of an endpoint to which nothing has happened. */
export function sampleHealth(
  of: { readonly endpointId: Endpoint['id']; readonly tenantId: TenantId },
  parts: Partial<EndpointHealth> = {},
): EndpointHealth {
  return {
    tenantId: of.tenantId,
    endpointId: of.endpointId,
    breaker: { is: 'closed', failuresInARow: 0, firstFailureAt: null },
    failingSince: null,
    failedCount: 0,
    lastSuccessAt: null,
    ...parts,
  };
}

function sampleEndpoint(parts: Partial<Endpoint> = {}): Endpoint {
  return {
    id: sampleId('endpoint'),
    tenantId: acme,
    url: 'https://receiver.example/hook',
    description: 'A receiver',
    status: { is: 'active' },
    headers: [['x-team', 'search']],
    secrets: [{ text: 'whsec_c2FtcGxlIHNlY3JldA==', createdAt: at(0), endsAt: null }],
    scheme: 'standard',
    headerNames: 'webhook',
    format: 'standard',
    retry: standardRetry,
    retryAfterMaxMs: limits.retryAfterMs,
    breaker: { failuresInARow: limits.breakerFailures, openMs: limits.breakerOpenMs },
    timeoutMs: limits.attemptMs,
    maxInFlight: limits.inFlightPerEndpoint,
    ratePerSecond: null,
    orderWaitMs: limits.orderWaitMs,
    onDead: 'continue',
    maxAgeMs: limits.deliveryAgeMs,
    isHidden: false,
    metadata: null,
    createdAt: at(0),
    updatedAt: at(0),
    ...parts,
  };
}

/** An active endpoint with every default. */
export function endpointResource(parts: Partial<Endpoint> = {}): ResourceOf<'endpoint'> {
  return { kind: 'endpoint', value: sampleEndpoint(parts) };
}

/** A subscription to `task.*` without filter or order. */
export function subscriptionResource(
  parts: Partial<Subscription> = {},
): ResourceOf<'subscription'> {
  const value: Subscription = {
    id: sampleId('subscription'),
    tenantId: acme,
    endpointId: sampleId('endpoint'),
    types: ['task.*'],
    filter: null,
    entity: null,
    order: 'none',
    createdAt: at(0),
    updatedAt: at(0),
    ...parts,
  };
  return { kind: 'subscription', value };
}

/** The tenant acme. */
export function tenantResource(parts: Partial<Tenant> = {}): ResourceOf<'tenant'> {
  const value = { id: acme, name: 'Acme', createdAt: at(0), updatedAt: at(0), ...parts };
  return { kind: 'tenant', value };
}

/** A key of acme that may publish and read. */
export function keyResource(parts: Partial<AccessKey> = {}): ResourceOf<'key'> {
  const id = sampleId('key');
  const value: AccessKey = {
    id,
    tenantId: acme,
    name: 'ci',
    digest: createHash('sha256').update(id).digest('hex'),
    hint: id.slice(-4),
    scopes: ['events:write', 'read'],
    expiresAt: null,
    createdAt: at(0),
    updatedAt: at(0),
    ...parts,
  };
  return { kind: 'key', value };
}

type ResourceOf<Kind extends Resource['kind']> = Extract<Resource, { kind: Kind }>;

/** A write that makes a resource, or replaces the version that it `expects`. */
export function catalogueWrite(
  resource: Resource,
  parts: Partial<CatalogueWrite> = {},
): CatalogueWrite {
  return { resource, expects: null, remove: false, ...parts };
}
