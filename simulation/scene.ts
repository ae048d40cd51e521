import type { Endpoint } from '../server/src/core/endpoint.ts';
import type { EndpointId, SubscriptionId, TenantId } from '../server/src/core/ids.ts';
import { instant } from '../server/src/core/instant.ts';
import type { IdMaker } from '../server/src/core/make-id.ts';
import type { RetryPolicy } from '../server/src/core/retry-policy.ts';
import type { CoalesceWish, Subscription } from '../server/src/core/subscription.ts';
import { beginsAtMs } from './node-time.ts';
import type { Behaviour, Spell } from './receivers.ts';
import type { SeededChance } from './seeded-chance.ts';

export const tenants = ['acme', 'globex'] as readonly string[] as readonly [TenantId, TenantId];
export const eventTypes = ['task.started', 'task.progress.step', 'order.paid'] as const;
/** What filters ask for; the data of an event has a `size` from 0 to 9. */
export const bigOnly = 'data.size >= 5';

/** An endpoint, what it wants, and how its receiver behaves over time. */
export type Place = {
  readonly endpoint: Endpoint;
  readonly subscriptions: readonly Subscription[];
  readonly spells: readonly Spell[];
};

const behaviours: readonly [Behaviour, ...Behaviour[]] = [
  ...(['healthy', 'healthy', 'slow', 'flaky', 'flaky'] as const),
  ...(['hanging', 'dead', 'throttling', 'refusing', 'erring', 'erring', 'gone'] as const),
];

/** Draws the endpoints of a world. */
export function drawScene(chance: SeededChance, ids: IdMaker, untilMs: number): Place[] {
  const count = chance.whole(2, 6);
  const wishes = chance.fork('coalescing');
  const acks = chance.fork('acknowledging');
  const ackShare = acks.hits(0.5) ? 0.4 : 0;
  return Array.from({ length: count }, (_, index) => {
    const endpoint = drawEndpoint(chance, ids.make('endpoint'), index);
    return {
      endpoint,
      subscriptions: drawSubscriptions(chance, ids, endpoint).map((each) =>
        withAck(acks, ackShare, withWishes(wishes, each)),
      ),
      spells: drawSpells(chance, untilMs),
    };
  });
}

/** The address of an endpoint's receiver; each change of address leads to another one. */
export function addressOf(index: number, move: number): string {
  return `https://receiver-${index}.example/${move}`;
}

function drawEndpoint(chance: SeededChance, id: EndpointId, index: number): Endpoint {
  const startedAt = instant(beginsAtMs);
  return {
    id,
    tenantId: chance.hits(0.8) ? tenants[0] : tenants[1],
    url: addressOf(index, 0),
    description: '',
    status: { is: 'active' },
    headers: [],
    secrets: [{ text: 'whsec_MA==', createdAt: startedAt, endsAt: null }],
    scheme: 'standard',
    headerNames: 'webhook',
    format: 'standard',
    retry: drawRetry(chance),
    retryAfterMaxMs: chance.pick([2_000, 10_000]),
    breaker: { failuresInARow: chance.whole(2, 6), openMs: chance.whole(1, 5) * 1_000 },
    timeoutMs: chance.pick([1_000, 3_000, 8_000]),
    maxInFlight: chance.pick([1, 2, 8]),
    ratePerSecond: chance.hits(0.2) ? chance.whole(3, 8) : null,
    orderWaitMs: chance.pick([0, 5_000, 20_000]),
    onDead: chance.hits(0.3) ? 'hold' : 'continue',
    maxAgeMs: chance.pick([20_000, 120_000, 600_000]),
    isHidden: false,
    metadata: null,
    createdAt: startedAt,
    updatedAt: startedAt,
  };
}

function drawRetry(chance: SeededChance): RetryPolicy {
  const jitter = chance.pick([0, 0.1, 0.5]);
  if (chance.hits(0.3)) {
    return { kind: 'schedule', delaysMs: [200, 1_000, 4_000, 9_000], jitter };
  }
  return {
    kind: 'exponential',
    initialMs: chance.pick([0, 200, 1_000]),
    factor: chance.pick([1, 2, 3]),
    maxDelayMs: 10_000,
    maxAttempts: chance.whole(2, 8),
    jitter,
  };
}

function drawSubscriptions(chance: SeededChance, ids: IdMaker, endpoint: Endpoint): Subscription[] {
  const order = chance.pick(['none', 'key', 'key', 'endpoint'] as const);
  return Array.from({ length: chance.whole(1, 2) }, (_, index) => ({
    id: ids.make('subscription') satisfies SubscriptionId,
    tenantId: endpoint.tenantId,
    endpointId: endpoint.id,
    types: [chance.pick(['*', 'task.*', 'task.started', 'order.paid'] as const)],
    filter: chance.hits(0.2) ? bigOnly : null,
    entity: null,
    order,
    createdAt: instant(beginsAtMs + index),
    updatedAt: instant(beginsAtMs + index),
  }));
}

/** What an endpoint hears of tasks and entities, and how it is merged. */
function withWishes(chance: SeededChance, subscription: Subscription): Subscription {
  const windowMs = chance.whole(200, 3_000);
  const window = { windowMs, maxWaitMs: windowMs + chance.whole(0, 6_000) };
  const types = chance.hits(0.5) ? [...subscription.types, 'context.*'] : subscription.types;
  const coalesce = chance.pick<CoalesceWish | undefined>([false, window, window, undefined]);
  return { ...subscription, types, ...(coalesce === undefined ? {} : { coalesce }) };
}

/** Some endpoints answer 202 first and report later. */
function withAck(chance: SeededChance, share: number, subscription: Subscription): Subscription {
  const withinMs = chance.whole(1_000, 8_000);
  return chance.hits(share) ? { ...subscription, ack: { withinMs } } : subscription;
}

function drawSpells(chance: SeededChance, untilMs: number): Spell[] {
  const spells: Spell[] = [];
  for (let fromMs = 0; fromMs < untilMs; fromMs += chance.whole(2_000, 40_000)) {
    spells.push({ fromMs, behaviour: chance.pick(behaviours) });
  }
  return spells;
}
