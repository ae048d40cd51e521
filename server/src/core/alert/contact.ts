import type { EndpointId } from '../ids.ts';
import type { Instant } from '../instant.ts';
import type { AlertWish } from './alert-policy.ts';

/** Whom alerts reach besides subscribers. Mail and Slack are kept, but not sent to yet. */
export type Contact =
  | { readonly email: string }
  /** As good as a password: encrypted at rest and shown masked. */
  | { readonly slackUrl: string }
  | { readonly endpointId: EndpointId };

/** What an endpoint, a tenant or the operator says about alerts; the nearest contacts hold. */
export type AlertSettings = {
  readonly contacts?: readonly Contact[];
  readonly alert?: AlertWish | null;
};

/** What the operator says, for every tenant that says nothing itself. */
export type AlertDefaults = AlertSettings & {
  readonly id: typeof alertDefaultsId;
  readonly tenantId: null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

/** There is one of them. */
export const alertDefaultsId = 'operator';
