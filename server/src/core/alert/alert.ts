import type { DisableReason } from '../endpoint.ts';
import type { EndpointId, EventId, TenantId } from '../ids.ts';
import type { Instant } from '../instant.ts';
import { namedId } from '../named-id.ts';
import type { AlertPolicy } from './alert-policy.ts';
import type { Death, DeathRun, Episode } from './alert-state.ts';

/** The event types of alerts; nobody may publish them. */
export const alertTypes = {
  failing: 'posthorn.endpoint.failing',
  recovered: 'posthorn.endpoint.recovered',
  disabled: 'posthorn.endpoint.disabled',
  dead: 'posthorn.delivery.dead',
  more_dead: 'posthorn.delivery.dead',
} as const;

/** Something about an endpoint that somebody should be told. */
export type Alert = { readonly tenantId: TenantId; readonly endpointId: EndpointId } & (
  | { readonly kind: 'failing'; readonly episode: Episode; readonly policy: AlertPolicy }
  | {
      readonly kind: 'recovered';
      readonly episode: Episode;
      readonly policy: AlertPolicy;
      /** The first success after its last failure. */
      readonly recoveredAt: Instant;
    }
  | {
      readonly kind: 'disabled';
      readonly reason: Exclude<DisableReason, 'asked'>;
      readonly disabledAt: Instant;
      readonly last: Episode['last'];
    }
  | { readonly kind: 'dead'; readonly death: Death }
  /** Dead letters over the number that is told one by one. */
  | { readonly kind: 'more_dead'; readonly run: DeathRun }
);

/**
 * The id of an alert's event, made of the endpoint and the episode alone: raised again after a
 * crash it is the same event.
 *
 * @param copyFor  whom a copy is for in another tenant; it is another event.
 */
export function alertId(alert: Alert, copyFor: EndpointId | null = null): EventId {
  const { tenantId, endpointId, kind } = alert;
  return namedId('event', ['alert', tenantId, endpointId, kind, episodeOf(alert), copyFor ?? '']);
}

function episodeOf(alert: Alert): number {
  switch (alert.kind) {
    case 'failing':
    case 'recovered':
      return alert.episode.position;
    case 'disabled':
      return alert.disabledAt;
    case 'dead':
      return alert.death.position;
    case 'more_dead':
      return alert.run.position;
    default:
      return alert satisfies never;
  }
}
