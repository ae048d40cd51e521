import { alertId, alertTypes } from '../core/alert/alert.ts';
import type { Alert } from '../core/alert/alert.ts';
import { AppError } from '../core/app-error.ts';
import type { StoredAttempt } from '../core/attempt.ts';
import { failures } from '../core/failures.ts';
import type { AttemptId, TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Emit } from '../core/signal.ts';
import { alertTargets } from '../ingest/alert-reach.ts';
import type { AlertTarget } from '../ingest/alert-reach.ts';
import type { Ingest, NewEvent } from '../ingest/new-event.ts';
import type { AttemptLog } from '../store/attempt-log.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import { alertData } from './compose-alert.ts';

export type RaiseDeps = {
  readonly ingest: Ingest;
  readonly mirror: CatalogueMirror;
  readonly log: AttemptLog;
  readonly emit: Emit;
};

type Ready = {
  readonly alert: Alert;
  readonly cause: string | null;
  readonly event: NewEvent;
  /** Contacts of other tenants, which only the operator can name. */
  readonly elsewhere: readonly AlertTarget[];
};

/**
 * Has alerts accepted as events, in order. May be repeated: what was accepted before is a duplicate
 * and is not told again. Rejects when an alert may be accepted later.
 */
export async function raiseAlerts(deps: RaiseDeps, alerts: readonly Alert[]): Promise<void> {
  for (let from = 0; from < alerts.length; from += limits.alertsAtOnce) {
    const some = alerts.slice(from, from + limits.alertsAtOnce);
    const ready = (await Promise.all(some.map((alert) => makeReady(deps, alert)))).flat();
    await Promise.all(ready.map((each) => raise(deps, each)));
  }
}

/** Nothing for an endpoint that is gone. */
async function makeReady(deps: RaiseDeps, alert: Alert): Promise<Ready[]> {
  const { tenantId, endpointId } = alert;
  const endpoint = deps.mirror.get('endpoint', tenantId, endpointId)?.value;
  if (endpoint === undefined) return [];
  const attempt = await failedAttempt(deps.log, alert);
  const data = alertData(alert, { endpoint, attempt });
  const targets = alertTargets(deps.mirror, endpoint);
  const own = targets.filter((target) => target.tenantId === tenantId);
  const event: NewEvent = {
    id: alertId(alert),
    type: alertTypes[alert.kind],
    data: Buffer.from(JSON.stringify(data)),
    contentType: 'application/json',
    ...{ time: null, deliverAt: null, source: 'posthorn', key: endpointId, entity: null },
    ...{ correlationId: null, causationId: null, metadata: null, ceId: null, callback: null },
    reach: {
      also: own.map((target) => target.endpointId),
      never: endpointId,
      isForSubscribers: true,
    },
  };
  const elsewhere = targets.filter((target) => target.tenantId !== tenantId);
  return [{ alert, cause: data.lastError?.explanation?.cause ?? null, event, elsewhere }];
}

async function failedAttempt(log: AttemptLog, alert: Alert): Promise<StoredAttempt | null> {
  const { tenantId } = alert;
  const byId = (id: AttemptId): Promise<StoredAttempt | null> => log.get({ tenantId, id });
  switch (alert.kind) {
    case 'failing':
    case 'recovered':
      return byId(alert.episode.last.attemptId);
    case 'disabled':
      return byId(alert.last.attemptId);
    case 'dead': {
      const { deliveryId } = alert.death;
      const newest = { before: null, limit: 1 };
      const { rows } = await log.search({ tenantId, deliveryId, status: 'failed' }, newest);
      return rows[0] ?? null;
    }
    case 'more_dead':
      return null;
    default:
      return alert satisfies never;
  }
}

async function raise(deps: RaiseDeps, { alert, cause, event, elsewhere }: Ready): Promise<void> {
  const { tenantId, endpointId } = alert;
  const counts = [await acceptOne(deps, tenantId, event)];
  for (const target of elsewhere) counts.push(await raiseCopy(deps, alert, { event, target }));
  const [own] = counts;
  if (own === null || own === undefined) return;
  const deliveryCount = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const { id: eventId, type } = event;
  if (eventId === null) return;
  const of = { type, tenantId, endpointId, eventId };
  deps.emit({ signal: 'alert_raised', ...of, deliveryCount, cause });
}

function raiseCopy(
  deps: RaiseDeps,
  alert: Alert,
  { event, target }: { event: NewEvent; target: AlertTarget },
): Promise<number | null> {
  const reach = { also: [target.endpointId], never: null, isForSubscribers: false };
  const id = alertId(alert, target.endpointId);
  return acceptOne(deps, target.tenantId, { ...event, id, reach });
}

/** How many deliveries it has; null when it was there already, or never can be. */
async function acceptOne(
  { ingest, emit }: RaiseDeps,
  tenantId: TenantId,
  event: NewEvent,
): Promise<number | null> {
  const [answer] = await ingest.accept(tenantId, [event]);
  if (answer?.is === 'accepted') return answer.deliveryCount;
  if (answer?.is !== 'failed') return null;
  const cause = new AppError(answer.code, answer.detail ?? undefined);
  if (failures[answer.code].retryable) throw cause;
  emit({ signal: 'step_failed', step: 'alert', cause });
  return null;
}
