import { composePreview } from '../server/src/app/compose-preview.ts';
import { publicOnly } from '../server/src/core/address/address-policy.ts';
import type { HeaderLines } from '../server/src/core/attempt.ts';
import { endpointDefaults } from '../server/src/core/endpoint-defaults.ts';
import type { Endpoint } from '../server/src/core/endpoint.ts';
import type { Event } from '../server/src/core/event.ts';
import { exampleIds } from '../server/src/core/example-ids.ts';
import type { EndpointId, EventId, TenantId } from '../server/src/core/ids.ts';
import { instant } from '../server/src/core/instant.ts';

const now = instant(Date.parse('2026-01-31T12:00:01.000Z'));
const clock = { now: () => now, monotonicMs: () => now, wallSeconds: () => now / 1_000 };
const tenantId = exampleIds.tenant as TenantId;

/** An event with everything that can be said of one. */
const sampleEvent: Event = {
  id: exampleIds.event as EventId,
  tenantId,
  type: 'contact.updated',
  data: Buffer.from('{"email":"new@example.com"}'),
  contentType: 'application/json',
  time: instant(Date.parse('2026-01-31T12:00:00.000Z')),
  acceptedAt: now,
  source: 'crm',
  key: 'contact-4711',
  entity: { type: 'contact', id: '4711' },
  correlationId: exampleIds.event,
  causationId: null,
  hops: 0,
  metadata: { region: 'eu' },
  ceId: null,
};

const sampleEndpoint: Endpoint = {
  ...endpointDefaults,
  id: exampleIds.endpoint as EndpointId,
  tenantId,
  url: 'https://example.com/hooks',
  status: { is: 'active' },
  secrets: [
    {
      text: 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=',
      createdAt: now,
      endsAt: null,
    },
  ],
  isHidden: false,
  createdAt: now,
  updatedAt: now,
};

/** What the sender makes of an event for an endpoint, at a fixed instant. */
export function sampleRequest(
  endpoint: Partial<Endpoint> = {},
  event: Partial<Event> = {},
): { headers: HeaderLines; body: string } {
  const parts = {
    event: { ...sampleEvent, ...event },
    endpoint: { ...sampleEndpoint, ...endpoint },
  };
  const around = { clock, policy: publicOnly, userAgent: 'posthorn/1' };
  const { headers, body } = composePreview(parts, around);
  return { headers, body: Buffer.from(body).toString('utf8') };
}
