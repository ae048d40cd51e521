import type { Alert } from '../core/alert/alert.ts';
import type { StoredAttempt } from '../core/attempt.ts';
import type { Endpoint } from '../core/endpoint.ts';
import { explainAttempt } from '../core/explain/explain-attempt.ts';
import type { Instant } from '../core/instant.ts';
import { maskedUrl } from '../core/masked-url.ts';

/** What an alert is told with. */
export type AlertSubject = {
  readonly endpoint: Endpoint;
  /** The failed attempt that led to it; null when there is none or it is gone. */
  readonly attempt: StoredAttempt | null;
};

/** The data of an alert's event: what happened, why, what to do, and where to look. */
export function alertData(alert: Alert, { endpoint, attempt }: AlertSubject) {
  const { id: endpointId, tenantId, description } = endpoint;
  return {
    endpointId,
    tenantId,
    url: maskedUrl(endpoint.url),
    description,
    ...happening(alert),
    lastError: attempt === null ? null : lastError(attempt, endpoint),
    links: links(alert, endpoint),
  };
}

function happening(alert: Alert) {
  switch (alert.kind) {
    case 'failing':
      return episodeData(alert);
    case 'recovered':
      return { ...episodeData(alert), recoveredAt: text(alert.recoveredAt) };
    case 'disabled':
      return { reason: alert.reason, disabledAt: text(alert.disabledAt) };
    case 'dead': {
      const { deliveryId, eventId, eventType, attemptCount, reason, at } = alert.death;
      const of = { deliveryId, eventId, eventType, attemptCount };
      return { ...of, count: 1, reasons: { [reason]: 1 }, firstAt: text(at), lastAt: text(at) };
    }
    case 'more_dead': {
      const { moreCount: count, reasons, since, lastAt } = alert.run;
      const none = { deliveryId: null, eventId: null, eventType: null, attemptCount: null };
      return { ...none, count, reasons, firstAt: text(since), lastAt: text(lastAt) };
    }
    default:
      return alert satisfies never;
  }
}

function episodeData({ episode, policy }: Extract<Alert, { kind: 'failing' | 'recovered' }>) {
  return {
    failedCount: episode.failedCount,
    failures: policy.failures,
    windowMs: policy.windowMs,
    firstFailureAt: text(episode.firstFailureAt),
    lastFailureAt: text(episode.last.at),
  };
}

function lastError(attempt: StoredAttempt, endpoint: Endpoint) {
  const { id: attemptId, startedAt, error, statusCode } = attempt;
  const explanation = explainAttempt(attempt, endpoint);
  return { attemptId, at: text(startedAt), error, statusCode, explanation };
}

/** Paths of the API; an endpoint of callbacks has no page of its own. */
function links(alert: Alert, { id, isHidden }: Endpoint) {
  const delivery = alert.kind === 'dead' ? `/v1/deliveries/${alert.death.deliveryId}` : null;
  return {
    ...(isHidden ? {} : { endpoint: `/v1/endpoints/${id}` }),
    ...(delivery === null ? {} : { delivery }),
    attempts: `/v1/attempts?endpointId=${id}&status=failed`,
    deadLetters: `/v1/deliveries?endpointId=${id}&state=dead`,
  };
}

function text(at: Instant): string {
  return new Date(at).toISOString();
}
