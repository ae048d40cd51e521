import { isUtf8 } from 'node:buffer';
import type { ReceivedAnswer, StoredAttempt } from '../../core/attempt.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { Explanation } from '../../core/explain/explanation.ts';
import { later } from '../../core/instant.ts';
import { instantText } from '../instant-text.ts';
import { dataMember, withMember } from './event-view.ts';

/** An attempt as lists show it. */
export function attemptSummaryView(attempt: StoredAttempt) {
  const { id, tenantId, deliveryId, eventId, endpointId, request } = attempt;
  const { status, statusCode, error, latencyMs } = attempt;
  return {
    id,
    tenantId,
    deliveryId,
    eventId,
    endpointId,
    webhookUrl: request.url,
    event: attempt.eventType,
    attemptNumber: attempt.number,
    status,
    statusCode,
    error,
    latencyMs,
    createdAt: instantText(attempt.startedAt),
  };
}

/** An attempt as JSON text, the payload byte for byte; null when the event is gone. */
export function attemptText(
  attempt: StoredAttempt,
  { event, explanation }: { event: StoredEvent | null; explanation: Explanation | null },
): string {
  const { startedAt, latencyMs, status, phases, request } = attempt;
  const view = {
    ...attemptSummaryView(attempt),
    request,
    response: responseView(attempt),
    phases,
    deliveredAt: status === 'succeeded' ? instantText(later(startedAt, latencyMs)) : null,
    explanation,
  };
  return withMember(view, payloadMember(event));
}

function payloadMember(event: StoredEvent | null): string {
  if (event === null) return '"payload":null';
  return dataMember(event).replace(/^"data(Base64)?"/, '"payload"');
}

function responseView({ statusCode, answer }: StoredAttempt) {
  if (answer === null) return null;
  const { headers, isTruncated } = answer;
  return { statusCode, headers, ...bodyView(answer), isTruncated };
}

function bodyView({ body }: ReceivedAnswer) {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return isUtf8(bytes)
    ? { body: bytes.toString('utf8') }
    : { bodyBase64: bytes.toString('base64') };
}
