import { publicKeyText } from '../../core/ed25519-secret.ts';
import type { Endpoint, EndpointStatus } from '../../core/endpoint.ts';
import type { BreakerState } from '../../core/endpoint-health.ts';
import type { Subscription } from '../../core/subscription.ts';
import type { AlertReach } from '../../ingest/alert-reach.ts';
import { instantText } from '../instant-text.ts';
import { alertView } from './alert-view.ts';
import { subscriptionView } from './subscription-view.ts';

type Circuit = BreakerState['is'];

const mask = '••••';

/** An endpoint as it is shown, with what it wants. */
export function endpointView(
  endpoint: Endpoint,
  {
    subscriptions,
    circuit,
    alertsReach,
  }: { subscriptions: readonly Subscription[]; circuit: Circuit; alertsReach: AlertReach },
) {
  const { id, tenantId } = endpoint;
  const headers = Object.fromEntries(endpoint.headers.map(([name]) => [name, mask]));
  return {
    id,
    tenantId,
    ...settingsView(endpoint),
    ...statusView(endpoint.status),
    publicKey: publicKeyOf(endpoint),
    circuit,
    headers,
    ...alertView(endpoint),
    alertsReach,
    subscriptions: subscriptions.map(subscriptionView),
    createdAt: instantText(endpoint.createdAt),
    updatedAt: instantText(endpoint.updatedAt),
  };
}

/** What verifies the signatures of its current secret, when that is a private key. */
function publicKeyOf({ scheme, secrets }: Endpoint): string | null {
  return scheme === 'standard' ? publicKeyText(secrets[0]?.text ?? '') : null;
}

/** What can be set on an endpoint, as its owner would write it. */
export function settingsView(endpoint: Endpoint) {
  const { url, description, headers, scheme, headerNames, format, retry } = endpoint;
  const { retryAfterMaxMs, breaker, timeoutMs, maxInFlight, ratePerSecond } = endpoint;
  const { orderWaitMs, onDead, maxAgeMs, metadata, contacts = [], alert = null } = endpoint;
  return {
    url,
    description,
    headers: Object.fromEntries(headers),
    scheme,
    headerNames,
    format,
    retry,
    retryAfterMaxMs,
    breaker,
    timeoutMs,
    maxInFlight,
    ratePerSecond,
    orderWaitMs,
    onDead,
    maxAgeMs,
    contacts,
    alert,
    metadata,
  };
}

function statusView(status: EndpointStatus) {
  const isDisabled = status.is === 'disabled';
  return {
    status: status.is,
    disabledReason: isDisabled ? status.reason : null,
    disabledAt: isDisabled ? instantText(status.at) : null,
  };
}
