import type { AckScope } from '../core/ack/ack-tokens.ts';
import { decideReport } from '../core/ack/decide-report.ts';
import type { AckReport, ReportDecision } from '../core/ack/decide-report.ts';
import type { Chance, Clock } from '../core/clock.ts';
import type { DeadReason, Delivery, DeliveryState } from '../core/delivery.ts';
import { limits } from '../core/limits.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Finder } from '../store/finder.ts';
import type { ChangeAnswer, DeliveryReport, NextState, Queue } from '../store/queue.ts';

/** What it takes to take in what a receiver reports. */
export type ReportDeps = {
  readonly store: { readonly finder: Pick<Finder, 'delivery'>; readonly queue: ReportQueue };
  readonly mirror: Pick<CatalogueMirror, 'get'>;
  readonly clock: Clock;
  readonly chance: Chance;
  /**
   * Tells the owner of a delivery that a report moved it, so that it holds on to nothing of it, and
   * how that ended it; null when it did not, or had before.
   */
  readonly reported: (delivery: Delivery, as: 'delivered' | DeadReason | null) => void;
};

type ReportQueue = Pick<Queue, 'change'>;

/** What a receiver says of the attempt that its token was made for. */
export type Told = {
  readonly scope: AckScope;
  readonly report: AckReport;
  readonly note: string | null;
};

/** What became of a report. */
export type ReportAnswer =
  /** It was taken, now or before; the delivery is as it stands then. */
  | { readonly is: 'taken'; readonly delivery: Delivery }
  | { readonly is: 'unknown' }
  /** The delivery has ended in another way. */
  | { readonly is: 'ended'; readonly as: DeliveryState['is'] }
  /** The answer that accepted it is not recorded yet, and the report is no end. */
  | { readonly is: 'early' }
  /** Other attempts were recorded each time that it was decided. */
  | { readonly is: 'overtaken' };

/** Decides from the delivery as it stands, and again when another attempt came between. */
export async function takeReport(deps: ReportDeps, told: Told): Promise<ReportAnswer> {
  const { scope, report } = told;
  for (let tries = 1; tries <= limits.acceptTries; tries += 1) {
    const delivery = await find(deps, scope);
    if (delivery === null) return { is: 'unknown' };
    const { state } = delivery;
    if (state.is === 'delivered' && report.do === 'ack') return known(deps, delivery);
    if (state.is !== 'pending') return { is: 'ended', as: state.is };
    // The 202 may still be on its way into the log; it would undo what is no end.
    if (delivery.attemptCount < scope.number && !isEnd(report)) return { is: 'early' };
    const answer = await keep(deps, delivery, told);
    if (answer === 'unknown') return { is: 'unknown' };
    if (answer !== 'changed') continue;
    return { is: 'taken', delivery: (await find(deps, scope)) ?? delivery };
  }
  return { is: 'overtaken' };
}

function find(
  { store: { finder } }: ReportDeps,
  { tenantId, deliveryId }: AckScope,
): Promise<Delivery | null> {
  return finder.delivery({ tenantId, id: deliveryId });
}

/** Another node may have taken it: the owner here must not go on by what it held before. */
function known({ reported }: ReportDeps, delivery: Delivery): ReportAnswer {
  reported(delivery, null);
  return { is: 'taken', delivery };
}

function isEnd(report: AckReport): boolean {
  return report.do === 'ack' || (report.do === 'fail' && report.isFinal);
}

/** Has the store take the report; it does not when it was decided too early. */
async function keep(
  deps: ReportDeps,
  delivery: Delivery,
  { scope, report, note }: Told,
): Promise<ChangeAnswer['is']> {
  const at = deps.clock.now();
  const policy = policyOf(deps, delivery);
  if (policy === null) return 'unknown';
  const { startedAt, number } = scope;
  const chance = deps.chance.sample();
  const decision = decideReport(policy, delivery, report, { now: at, chance, startedAt });
  const next = nextState(decision, delivery);
  const asked: DeliveryReport = {
    ...{ tenantId: delivery.tenantId, deliveryId: delivery.id, at, to: 'report', next },
    attemptCount: delivery.attemptCount,
    failingSince: 'failingSince' in decision ? decision.failingSince : null,
    report: { kind: report.do, number, note },
  };
  const [answer] = await deps.store.queue.change([asked]);
  if (answer === undefined) throw new Error('the store left a report unanswered');
  if (answer.is === 'changed') deps.reported(delivery, endedAs(next));
  return answer.is;
}

function endedAs(next: NextState): 'delivered' | DeadReason | null {
  if (next.is === 'dead') return next.reason;
  return next.is === 'delivered' ? 'delivered' : null;
}

/** Of an endpoint or subscription that is gone by now, the usual. */
function policyOf({ mirror }: ReportDeps, { tenantId, endpointId, subscriptionId }: Delivery) {
  const endpoint = mirror.get('endpoint', tenantId, endpointId)?.value;
  if (endpoint === undefined) return null;
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
