import { exampleIds } from '../example-ids.ts';
import type { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';

const { endpoint, tenant, delivery, event, attempt } = exampleIds;

const subject = {
  endpointId: endpoint,
  tenantId: tenant,
  url: 'https://example.com/hooks',
  description: 'Billing',
};

const lastError = {
  attemptId: attempt,
  at: '2026-01-31T12:04:10.000Z',
  error: 'http_503',
  statusCode: 503,
  explanation: {
    cause: 'The receiver is not available: overloaded, restarting or in maintenance.',
    evidence: 'It answered 503; it did not say when to come back.',
    fix: 'Nothing if it is short: the delivery is tried again. Else start or scale the receiver.',
  },
};

const links = {
  endpoint: `/v1/endpoints/${endpoint}`,
  attempts: `/v1/attempts?endpointId=${endpoint}&status=failed`,
  deadLetters: `/v1/deliveries?endpointId=${endpoint}&state=dead`,
};

const episode = {
  failedCount: limits.alertFailures,
  failures: limits.alertFailures,
  windowMs: limits.alertWindowMs,
  firstFailureAt: '2026-01-31T12:00:00.000Z',
  lastFailureAt: '2026-01-31T12:04:10.000Z',
};

/** What the data of each kind of alert looks like. */
export const alertSamples: Readonly<
  Record<'failing' | 'recovered' | 'disabled' | 'dead', JsonObject>
> = {
  failing: { ...subject, ...episode, lastError, links },
  recovered: {
    ...{ ...subject, ...episode, recoveredAt: '2026-01-31T12:30:00.000Z' },
    ...{ lastError, links },
  },
  disabled: {
    ...{ ...subject, reason: 'failing', disabledAt: '2026-02-05T12:00:00.000Z' },
    ...{ lastError, links },
  },
  dead: {
    ...{ ...subject, deliveryId: delivery, eventId: event, eventType: 'task.completed' },
    ...{ attemptCount: 10, count: 1, reasons: { attempts_exhausted: 1 } },
    ...{ firstAt: '2026-02-03T19:35:05.000Z', lastAt: '2026-02-03T19:35:05.000Z' },
    ...{ lastError, links: { ...links, delivery: `/v1/deliveries/${delivery}` } },
  },
};
