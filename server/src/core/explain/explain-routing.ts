import type { Delivery } from '../delivery.ts';
import type { Endpoint } from '../endpoint.ts';
import type { StoredEvent } from '../event.ts';
import type { SubscriptionId } from '../ids.ts';
import { isHeld as isHeldDelivery } from '../is-held.ts';
import { limits } from '../limits.ts';
import type { Subscription } from '../subscription.ts';
import { explainSubscription } from './explain-subscription.ts';
import type { SubscriptionVerdict } from './explain-subscription.ts';

/** Which rule decided whether an endpoint got an event. */
export type RoutingRule =
  | 'matched'
  | 'callback'
  | 'replayed'
  | 'held'
  | 'endpoint_made_later'
  | 'endpoint_deleted'
  | 'endpoint_disabled'
  | 'no_subscription'
  | 'no_match'
  | 'changed_since';

type OwnVerdict = Omit<SubscriptionVerdict, 'rule'> & {
  readonly id: SubscriptionId;
  readonly rule: SubscriptionVerdict['rule'] | 'older_took_it';
};

/** Why an endpoint got an event, or did not. */
export type Routing = {
  readonly rule: RoutingRule;
  readonly says: string;
  readonly subscriptions: readonly OwnVerdict[];
};

/**
 * Explains what became of an event at an endpoint, from its deliveries there and from what the
 * endpoint and its subscriptions are now; at most `limits.explainSubscriptions` of them.
 *
 * @param subscriptions  the endpoint's, oldest first.
 */
export function explainRouting(
  event: StoredEvent,
  endpoint: Endpoint,
  {
    deliveries,
    subscriptions,
    isHeld = false,
  }: {
    deliveries: Delivery[];
    subscriptions: Subscription[];
    /** Whether its chain holds it. */
    isHeld?: boolean;
  },
): Routing {
  const chosen = deliveries.find(({ isReplay }) => !isReplay)?.subscriptionId ?? null;
  const verdicts = subscriptions
    .slice(0, limits.explainSubscriptions)
    .map((each) => ownVerdict(event, each, chosen));
  const rule = ruleOf(event, endpoint, { deliveries, verdicts, isHeld });
  const says = rule === 'held' ? heldWords(event, isHeld) : words[rule];
  return { rule, says, subscriptions: verdicts };
}

function ownVerdict(
  event: StoredEvent,
  subscription: Subscription,
  chosen: SubscriptionId | null,
): OwnVerdict {
  const { id } = subscription;
  const verdict = explainSubscription(subscription, event);
  if (verdict.rule !== 'matched' || chosen === null || chosen === id) return { id, ...verdict };
  const says = 'It matches, but an older subscription of the same endpoint took the event.';
  return { id, rule: 'older_took_it', says, value: chosen };
}

function ruleOf(
  { acceptedAt }: StoredEvent,
  { status, createdAt, isHidden }: Endpoint,
  {
    deliveries,
    verdicts,
    isHeld,
  }: { deliveries: Delivery[]; verdicts: OwnVerdict[]; isHeld: boolean },
): RoutingRule {
  if (deliveries.some(({ state }) => isHeldDelivery(state))) return 'held';
  if (deliveries.some(({ isReplay }) => !isReplay)) return isHidden ? 'callback' : 'matched';
  if (deliveries.length > 0) return 'replayed';
  if (isHeld && verdicts.some(({ rule }) => rule === 'matched')) return 'held';
  if (createdAt > acceptedAt) return 'endpoint_made_later';
  if (status.is === 'deleted') return 'endpoint_deleted';
  if (status.is === 'disabled' && status.at <= acceptedAt) return 'endpoint_disabled';
  if (verdicts.length === 0) return 'no_subscription';
  return verdicts.some(({ rule }) => rule === 'matched') ? 'changed_since' : 'no_match';
}

function heldWords({ hops, correlationId }: StoredEvent, isHeld: boolean): string {
  if (!isHeld) {
    return (
      'It was held with its chain, which was released since. If the replay of that release has ' +
      'ended, it left it out; POST /v1/deliveries/{id}/retry sends it.'
    );
  }
  return (
    `It is hop ${hops} of its chain, which is held: it looks like a loop. ` +
    `POST /v1/chains/${correlationId}/release delivers it and lets the chain go on.`
  );
}

const words: Readonly<Record<Exclude<RoutingRule, 'held'>, string>> = {
  matched: 'A subscription matched, and a delivery was made.',
  callback: 'The event named this address as its callback.',
  replayed: 'A replay made a delivery; the event itself had made none here.',
  endpoint_made_later: 'The endpoint was made after the event was accepted.',
  endpoint_deleted: 'The endpoint is deleted.',
  endpoint_disabled: 'The endpoint was disabled when the event was accepted.',
  no_subscription: 'The endpoint has no subscription.',
  no_match: 'No subscription of the endpoint matches.',
  changed_since:
    'It would match now, but did not then: the endpoint or a subscription was changed since. ' +
    'A replay with only: missing delivers it.',
};
