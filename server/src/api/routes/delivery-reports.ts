import type { Static, TSchema } from 'typebox';
import type { AckScope } from '../../core/ack/ack-tokens.ts';
import type { AckReport } from '../../core/ack/decide-report.ts';
import { awaitsAck } from '../../core/ack/awaits-ack.ts';
import { AppError } from '../../core/app-error.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { DeliveryId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { takeReport } from '../../ingest/take-report.ts';
import type { Told } from '../../ingest/take-report.ts';
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

type Said = Omit<Told, 'scope'>;
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
    if (delivery === null) throw new AppError('not_found', 'There is no such delivery.');
    const { tenantId, id: deliveryId } = delivery;
    const found = await finder.reports({ tenantId, deliveryId, limit: limits.ackReports });
    return { status: 200, body: { data: found.map(reportedView) } };
  },
});

function reportRoute<Body extends TSchema>(
  verb: AckReport['do'],
  summary: string,
  { body, read }: { body: Body; read: (body: Static<Body>) => Said },
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
    handle: (call, deps) => answerReport(deps, call, read((call.body ?? {}) as Static<Body>)),
  });
}

async function answerReport(deps: ApiDeps, call: ReportCall, said: Said): Promise<Answer> {
  const answer = await takeReport(deps, { scope: scopeOf(deps, call), ...said });
  switch (answer.is) {
    case 'taken':
      return shown(answer.delivery);
    case 'unknown':
      throw new AppError('not_found', 'There is no such delivery.');
    case 'ended':
      throw new AppError('wrong_state', `The delivery is ${answer.as}.`);
    case 'early':
      throw new AppError('conflict', notYet);
    case 'overtaken':
      throw new AppError('conflict');
    default:
      return answer satisfies never;
  }
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

function shown(delivery: Delivery): Answer {
  const { id, state } = delivery;
  const dueAt = instantTextOrNull(state.is === 'pending' ? state.dueAt : null);
  const awaitingAck = dueAt !== null && awaitsAck(delivery);
  const body = { id, state: state.is, awaitingAck, ackBy: awaitingAck ? dueAt : null, dueAt };
  return { status: 200, body };
}

/** Routes by which receivers report on what they have accepted. */
export const deliveryReportRoutes = [ackDelivery, failDelivery, progressDelivery, listReports];
