import { hash } from 'node:crypto';
import type { Static } from 'typebox';
import { AppError } from '../core/app-error.ts';
import { claimedEvent } from '../core/claim/claimed-event.ts';
import type { Event } from '../core/event.ts';
import { limits } from '../core/limits.ts';
import type { NewEvent, PreviewedDelivery } from '../ingest/new-event.ts';
import type { ApiDeps } from './deps.ts';
import { instantText } from './instant-text.ts';
import type { Answer, Call } from './route.ts';
import type { DryRunBody } from './schemas/dry-run-schema.ts';

type DryRun = Static<typeof DryRunBody>;
type Would = DryRun['wouldDeliver'][number];

/**
 * Answers who would get an event, and by which request; nothing is published. It shows URLs and
 * signatures, so a key that may only publish is refused.
 */
export async function answerDryRun(deps: ApiDeps, call: Call, from: NewEvent): Promise<Answer> {
  const { key, tenant } = call.access;
  const mayRead = key?.scopes.some((scope) => scope === 'read' || scope === 'admin') === true;
  if (!mayRead) throw new AppError('forbidden', 'A dry run needs the scope read as well.');
  const { event, isHeld, deliveries } = await deps.preview(tenant, from);
  let bytesLeft: number = limits.dryRunBytes;
  const wouldDeliver = deliveries.slice(0, limits.dryRunDeliveries).map((delivery): Would => {
    const { endpoint } = delivery;
    const { headers, body } = deps.compose({ event: sentEvent(deps, event, delivery), endpoint });
    bytesLeft -= body.length;
    const shown = bytesLeft < 0 ? {} : bodyView(body);
    const lines = headers.map(([name, value]) => [name, value]);
    const request = { headers: lines, bodyBytes: body.length, ...shown };
    return { ...deliveryView(deps, delivery, isHeld), request };
  });
  const { id } = event;
  const body: DryRun = { dryRun: true, id, deliveryCount: deliveries.length, wouldDeliver };
  return { status: 200, body };
}

/** Large data would go as a link where that is wished for. */
function sentEvent(
  { mirror, claims }: ApiDeps,
  event: Event,
  { subscriptionId, dueAt: firstDueAt }: PreviewedDelivery,
): Event {
  if (subscriptionId === null || event.data.length <= limits.claimCheckBytes) return event;
  const wish = mirror.get('subscription', null, subscriptionId);
  if (wish?.value.claimCheck !== true) return event;
  const sha256 = hash('sha256', event.data, 'hex');
  return claimedEvent(claims, event, { firstDueAt, versions: null, sha256 });
}

function deliveryView(
  deps: ApiDeps,
  delivery: PreviewedDelivery,
  isHeld: boolean,
): Omit<Would, 'request'> {
  const { endpoint, subscriptionId, orderKey, dueAt, isCallback } = delivery;
  return {
    endpointId: isCallback ? null : endpoint.id,
    url: endpoint.url,
    subscriptionId,
    orderKey,
    dueAt: instantText(dueAt),
    held: isHeld ? 'chain' : heldBy(deps, delivery),
  };
}

function heldBy({ circuit }: ApiDeps, { endpoint }: PreviewedDelivery): Would['held'] {
  if (endpoint.status.is === 'paused') return 'endpoint_paused';
  return circuit(endpoint.id) === 'closed' ? null : 'circuit_open';
}

function bodyView(bytes: Uint8Array): { body: string } | { bodyBase64: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString('utf8');
  return Buffer.from(text, 'utf8').equals(buffer)
    ? { body: text }
    : { bodyBase64: buffer.toString('base64') };
}
