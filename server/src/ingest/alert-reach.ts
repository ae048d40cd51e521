import { alertPolicy } from '../core/alert/alert-policy.ts';
import type { AlertPolicy } from '../core/alert/alert-policy.ts';
import { alertTypes } from '../core/alert/alert.ts';
import { alertDefaultsId } from '../core/alert/contact.ts';
import type { AlertSettings, Contact } from '../core/alert/contact.ts';
import type { Endpoint } from '../core/endpoint.ts';
import type { EndpointId, TenantId } from '../core/ids.ts';
import { patternsOf } from '../core/match-type.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import { takesDeliveries } from './wanted-by.ts';

/** Whom alerts about an endpoint reach today; mail and Slack are not sent to yet. */
export type AlertReach = 'nobody' | 'subscribers' | 'contacts' | 'subscribers_and_contacts';

/** An endpoint that gets alerts because a contact names it. */
export type AlertTarget = { readonly tenantId: TenantId; readonly endpointId: EndpointId };

/** An endpoint, or what is about none. */
type About = Pick<Endpoint, 'tenantId'> & { readonly id: EndpointId | null } & AlertSettings;

/** The numbers that hold for an endpoint: its own, else its tenant's, else the operator's. */
export function alertPolicyOf(mirror: CatalogueMirror, about: About): AlertPolicy {
  const { tenant, operator } = above(mirror, about);
  return alertPolicy(about.alert, tenant?.alert, operator?.alert);
}

/**
 * The endpoints that the nearest contacts name and that take deliveries, never the one that the
 * alert is about. The operator may name endpoints of any tenant.
 */
export function alertTargets(mirror: CatalogueMirror, about: About): AlertTarget[] {
  const { tenant, operator } = above(mirror, about);
  const nearest = [about.contacts, tenant?.contacts].find((each) => (each?.length ?? 0) > 0);
  const scope = nearest === undefined ? null : about.tenantId;
  const named = (nearest ?? operator?.contacts ?? []).flatMap(namedEndpoint);
  return named.flatMap((endpointId) => {
    const tenantId = mirror.get('endpoint', scope, endpointId)?.value.tenantId;
    const isReached = tenantId !== undefined && takesDeliveries(mirror, tenantId, endpointId);
    return isReached && endpointId !== about.id ? [{ tenantId, endpointId }] : [];
  });
}

/** Whom alerts about an endpoint reach; a filter may still keep a subscriber from one. */
export function alertReach(mirror: CatalogueMirror, about: About): AlertReach {
  const hasContacts = alertTargets(mirror, about).length > 0;
  if (hasSubscribers(mirror, about))
    return hasContacts ? 'subscribers_and_contacts' : 'subscribers';
  return hasContacts ? 'contacts' : 'nobody';
}

function above(mirror: CatalogueMirror, { tenantId }: About) {
  const tenant = mirror.get('tenant', null, tenantId)?.value;
  const operator = mirror.get('alertDefaults', null, alertDefaultsId)?.value;
  return { tenant, operator };
}

function namedEndpoint(contact: Contact): EndpointId[] {
  return 'endpointId' in contact ? [contact.endpointId] : [];
}

function hasSubscribers(mirror: CatalogueMirror, { id, tenantId }: About): boolean {
  const patterns = new Set(patternsOf(alertTypes.failing));
  for (const { value } of mirror.broadSubscriptions(tenantId)) {
    const isWanted = value.types.some((type) => patterns.has(type));
    const isOther = value.endpointId !== id;
    if (isWanted && isOther && takesDeliveries(mirror, tenantId, value.endpointId)) return true;
  }
  return false;
}
