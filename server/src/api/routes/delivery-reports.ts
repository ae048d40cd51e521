import type { Static, TSchema } from 'typebox';
import type { AckScope } from '../../core/ack/ack-tokens.ts';
import { decideReport } from '../../core/ack/decide-report.ts';
import type { AckReport, ReportDecision } from '../../core/ack/decide-report.ts';
import { awaitsAck } from '../../core/ack/awaits-ack.ts';
import { AppError } from '../../core/app-error.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { DeliveryId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { DeliveryReport, NextState } from '../../store/queue.ts';
import type { ApiDeps } from '../deps.ts';
import { instantTextOrNull } from '../instant-text.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import {
  AckBody,
  AckProgressBody,
  FailBody,
  ReportedBody,
  ReportsBody,
} from '../schemas/delivery-report-schema.ts';
import { idParams } from '../schemas/fields.ts';
import { reportedView } from '../views/delivery-view.ts';

type Told = { readonly report: AckReport; readonly note: string | null };
type ReportCall = Call<{ id: string }>;

const headers = {
  'posthorn-ack-token': 'What came with the request that is reported on, in the same header.',
};

const ackDelivery = reportRoute('ack', 'Report that an accepted delivery is done', {
  body: AckBody,
  read: (body: Static<typeof AckBody>) => ({ report: { do: 'ack' }, note: body.note ?? null }),
});

const failDelivery = reportRoute('fail', 'Report that an accepted delivery failed', {
  body: FailBody,
  read: (body: Static<typeof FailBody>) => ({
    report: { do: 'fail', isFinal: body.final === true },
    note: body.note ?? null,
  }),
});

const progressDelivery = reportRoute('progress', 'Report that an accepted delivery takes longer', {
  body: AckProgressBody,
  read: (body: Static<typeof AckProgressBody>) => ({
    report: { do: 'progress' },
    note: body.message ?? null,
  }),
});

const listReports = route({
  method: 'GET',
  path: '/v1/deliveries/{id}/reports',
  summary: 'Show what the receiver of a delivery has reported of it',
  scope: 'read',
  params: idParams,
  answers: { 200: ReportsBody },
  fails: ['not_found'],
  handle: async ({ access, params }, { store: { finder } }) => {
    const delivery = await finder.delivery({
      tenantId: access.reach,
      id: params.id as DeliveryId,
    });
    if (delivery === null) throw new AppError('not_found');
    const { tenantId, id: deliveryId } = delivery;
    const found = await finder.reports({ tenantId, deliveryId, limit: limits.ackReports });
    return { status: 200, body: { data: found.map(reportedView) } };
  },
});

function reportRoute<Body extends TSchema>(
  verb: AckReport['do'],
  summary: string,
  { body, read }: { body: Body; read: (body: Static<Body>) => Told },
) {
  return route({
    method: 'POST',
    path: `/v1/deliveries/{id}/${verb}`,
    summary,
    scope: null,
    params: idParams,
    body,
    isBodyOptional: true,
    headers,
    answers: { 200: ReportedBody },
    fails: ['unauthorized', 'not_found', 'wrong_state', 'conflict', 'validation_failed'],
    handle: (call, deps) => takeReport(deps, call, read((call.body ?? {}) as Static<Body>)),
  });
}

/** Decides from the delivery as it stands, and again when another attempt came between. */
async function takeReport(deps: ApiDeps, call: ReportCall, told: Told): Promise<Answer> {
  const scope = scopeOf(deps, call);
  for (let tries = 1; tries <= limits.acceptTries; tries += 1) {
    const delivery = await deps.store.finder.delivery({
      tenantId: scope.tenantId,
      id: scope.deliveryId,
    });
    if (delivery === null) throw new AppError('not_found');
    if (delivery.state.is === 'delivered' && told.report.do === 'ack') return shown(delivery);
    if (delivery.state.is !== 'pending') throw wrongState(delivery.state.is);
    // The 202 may still be on its way into the log; it would undo what is no end.
    const isEarly = delivery.attemptCount < scope.number;
    if (isEarly && !isEnd(told.report)) throw new AppError('conflict', notYet);
    if (await isKept(deps, delivery, { scope, told })) {
      const after = await deps.store.finder.delivery({
        tenantId: scope.tenantId,
        id: scope.deliveryId,
      });
      return shown(after ?? delivery);
    }
  }
  throw new AppError('conflict');
}

function isEnd(report: AckReport): boolean {
  return report.do === 'ack' || (report.do === 'fail' && report.isFinal);
}

const notYet = 'The attempt is not recorded yet. Answer 202 first, then report.';

function scopeOf({ ackTokens, clock }: ApiDeps, { params, headers: given }: ReportCall): AckScope {
  const token = given['posthorn-ack-token'];
  const deliveryId = params.id as DeliveryId;
  const scope = typeof token === 'string' ? ackTokens.read(token, deliveryId, clock.now()) : null;
  if (scope === null) {
    throw new AppError(
      'unauthorized',
      'Send the posthorn-ack-token of a request of this delivery.',
    );
  }
  return scope;
}

/** Whether the store took the report; it does not when it was decided too early. */
async function isKept(
  deps: ApiDeps,
  delivery: Delivery,
  { scope, told }: { scope: AckScope; told: Told },
): Promise<boolean> {
  const at = deps.clock.now();
  const { startedAt } = scope;
  const chance = deps.chance.sample();
  const decision = decideReport(policyOf(deps, delivery), delivery, told.report, {
    ...{ now: at, chance, startedAt },
  });
  const next = nextState(decision, delivery);
  const asked: DeliveryReport = {
    ...{ tenantId: delivery.tenantId, deliveryId: delivery.id, at, to: 'report', next },
    attemptCount: delivery.attemptCount,
    failingSince: 'failingSince' in decision ? decision.failingSince : null,
    report: { kind: told.report.do, number: scope.number, note: told.note },
  };
  const [answer] = await deps.store.queue.change([asked]);
  if (answer === undefined) throw new Error('the store left a report unanswered');
  if (answer.is === 'unknown') throw new AppError('not_found');
  if (answer.is !== 'changed') return false;
  deps.reported(delivery, next.is === 'dead' ? next.reason : endedAs(next), answer);
  return true;
}

function endedAs(next: NextState): 'delivered' | null {
  return next.is === 'delivered' ? 'delivered' : null;
}

/** Of an endpoint or subscription that is gone by now, the usual. */
function policyOf({ mirror }: ApiDeps, { tenantId, endpointId, subscriptionId }: Delivery) {
  const endpoint = mirror.get('endpoint', tenantId, endpointId)?.value;
  if (endpoint === undefined) throw new AppError('not_found');
  const ack =
    subscriptionId === null
      ? undefined
      : mirror.get('subscription', tenantId, subscriptionId)?.value.ack;
  return { ...endpoint, withinMs: ack?.withinMs ?? limits.ackMinMs };
}

function nextState(decision: ReportDecision, { budgetFrom }: Delivery): NextState {
  switch (decision.do) {
    case 'finish':
      return { is: 'delivered' };
    case 'wait':
      return { is: 'pending', dueAt: decision.ackBy, budgetFrom };
    case 'retry':
      return { is: 'pending', dueAt: decision.dueAt, budgetFrom: decision.budgetFrom };
    case 'bury':
      return { is: 'dead', reason: decision.reason, holdsKey: decision.holdsKey };
    default:
      return decision satisfies never;
  }
}

function shown(delivery: Delivery): Answer {
  const { id, state } = delivery;
  const dueAt = instantTextOrNull(state.is === 'pending' ? state.dueAt : null);
  const awaitingAck = dueAt !== null && awaitsAck(delivery);
  const body = { id, state: state.is, awaitingAck, ackBy: awaitingAck ? dueAt : null, dueAt };
  return { status: 200, body };
}

function wrongState(is: Delivery['state']['is']): AppError {
  return new AppError('wrong_state', `The delivery is ${is}.`);
}

/** Routes by which receivers report on what they have accepted. */
export const deliveryReportRoutes = [ackDelivery, failDelivery, progressDelivery, listReports];
