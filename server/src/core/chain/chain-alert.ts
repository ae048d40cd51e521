import type { Event } from '../event.ts';
import type { EndpointId, EventId, ReplayId, TenantId } from '../ids.ts';
import type { Instant } from '../instant.ts';
import type { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import { namedId } from '../named-id.ts';
import type { Chain } from './chain.ts';

/** The event types of alerts about chains; nobody may publish them. */
export const chainAlertTypes = {
  held: 'posthorn.chain.held',
  released: 'posthorn.chain.released',
  busy: 'posthorn.chain.busy',
} as const;

/** Which chain it is about. */
export type ChainRef = { readonly tenantId: TenantId; readonly correlationId: string };

type Cause = Pick<Event, 'id' | 'type' | 'causationId' | 'hops'>;

/** Something about a chain that somebody should be told. */
export type ChainAlert =
  | { readonly kind: 'held'; readonly chain: Chain; readonly by: Cause }
  | { readonly kind: 'released'; readonly chain: Chain; readonly replayId: ReplayId }
  | { readonly kind: 'busy'; readonly by: Cause; readonly at: Instant };

/**
 * The id of an alert's event, made of the chain and of the version of its row that comes with it.
 *
 * @param copyFor  whom a copy is for in another tenant; it is another event.
 */
export function chainAlertId(
  { tenantId, correlationId }: ChainRef,
  { kind, version }: { kind: ChainAlert['kind']; version: number },
  copyFor: EndpointId | null = null,
): EventId {
  return namedId('event', ['chain', tenantId, correlationId, kind, version, copyFor ?? '']);
}

/** The data of an alert's event: what happened, why, what to do, and where to look. */
export function chainAlertData(ref: ChainRef, alert: ChainAlert): JsonObject {
  const { tenantId, correlationId } = ref;
  return { correlationId, tenantId, ...happening(alert), links: links(ref, alert) };
}

function happening(alert: ChainAlert): JsonObject {
  switch (alert.kind) {
    case 'held': {
      const { allowedHops, heldAt } = alert.chain;
      const { hops } = alert.by;
      const explanation = {
        cause: `An event of this chain would have been hop ${hops}: more than ${allowedHops}.`,
        evidence: 'Each event named the one before it as its cause. It looks like a loop.',
        fix: 'Find who answers whom. If it is meant, release the chain; what is held then goes.',
      };
      return { ...causeData(alert.by), allowedHops, heldAt: textOrNull(heldAt), explanation };
    }
    case 'released': {
      const { allowedHops, releasedAt } = alert.chain;
      return { allowedHops, releasedAt: textOrNull(releasedAt), replayId: alert.replayId };
    }
    case 'busy': {
      const { chainEventsPerHour: limit, chainHourMs: windowMs } = limits;
      return { ...causeData(alert.by), limit, windowMs, at: textOrNull(alert.at) };
    }
    default:
      return alert satisfies never;
  }
}

function causeData({ id: eventId, type: eventType, causationId, hops }: Cause): JsonObject {
  return { eventId, eventType, causationId, hops };
}

function links({ correlationId }: ChainRef, { kind }: ChainAlert): JsonObject {
  const chain = `/v1/chains/${correlationId}`;
  return kind === 'held' ? { chain, release: `${chain}/release` } : { chain };
}

function textOrNull(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
