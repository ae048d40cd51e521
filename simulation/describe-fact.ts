import type { AcceptAnswer } from '../server/src/store/queue.ts';
import type { Fact, FactOf } from './fact.ts';

/** One line for the trace; short, but different whenever what happened is different. */
export function describeFact(fact: Fact): string {
  const who = 'life' in fact ? ` ${fact.life}` : '';
  return `${fact.atMs.toFixed(3)}${who} ${fact.is} ${detailsOf(fact)}`;
}

function detailsOf(fact: Fact): string {
  switch (fact.is) {
    case 'accept_committed': {
      const { event, deliveries } = fact.planned;
      const ids = deliveries.map((each) => each.id).join(' ');
      return `${event.id} ${fact.answer.is} ${ids}${coalescedOf(fact.answer)}`;
    }
    case 'record_committed': {
      const { deliveryId, attempt, attemptCount, next } = fact.record;
      const said = attempt?.error ?? attempt?.status ?? 'unsent';
      const then = next.is === 'pending' ? next.dueAt : next.is;
      return `${deliveryId} #${attemptCount + 1} ${said} → ${then} ${fact.answer.is}`;
    }
    case 'change_committed':
      return `${fact.change.deliveryId} ${changeOf(fact.change)} ${fact.answer.is}`;
    case 'settle_committed':
      return `${fact.request.endpointId} ${fact.request.as.is} ${fact.count}`;
    case 'catalogue_committed':
      return fact.resources.map((each) => `${each.value.id} v${each.version}`).join(' ');
    case 'lease_committed':
      return `${fact.held.length} ${fact.held.map((each) => each.epoch).join(',')}`;
    case 'release_committed':
      return fact.shards.map((each) => each.shard.number).join(',');
    case 'called':
      return fact.verb;
    case 'started':
      return `${fact.order.attemptId} ${fact.order.deliveryId} #${fact.order.number}`;
    case 'ended':
      return `${fact.order.attemptId} ${JSON.stringify(fact.outcome)}`;
    case 'accepted':
      return `${fact.eventId} ${fact.deliveryCount}`;
    case 'endpoint_answered':
      return `${fact.endpoint.id} ${fact.endpoint.status.is} ${fact.endpoint.url} v${fact.version}`;
    case 'change_answered':
      return `${fact.deliveryId} ${fact.to}`;
    case 'reporting':
      return reportedOf(fact);
    case 'report_answered':
      return `${reportedOf(fact)} ${fact.answer}`;
    case 'paused':
      return String(fact.forMs);
    case 'arrived':
      return `${fact.attemptId} ${fact.deliveryId} ${fact.endpointId} ${fact.status}`;
    case 'counted':
      return `${fact.held} ${fact.inFlight} ${fact.unrecorded}`;
    case 'quiet':
      return `${fact.deliveries.length} deliveries, ${fact.attempts.length} attempts`;
    case 'draining':
      return String(fact.givesUpAtMs);
    case 'born':
    case 'died':
    case 'power_cut':
      return '';
    default:
      return fact satisfies never;
  }
}

function changeOf(change: FactOf<'change_committed'>['change']): string {
  if (change.to !== 'report') return change.to;
  const { next, report } = change;
  return `${report.kind} of #${report.number} → ${next.is === 'pending' ? next.dueAt : next.is}`;
}

function reportedOf({ deliveryId, number, report }: FactOf<'reporting' | 'report_answered'>) {
  const isFinal = report.do === 'fail' && report.isFinal;
  return `${deliveryId} #${number} ${report.do}${isFinal ? ' for good' : ''}`;
}

function coalescedOf(answer: AcceptAnswer): string {
  if (answer.is !== 'accepted') return '';
  const { placed = [], superseded = [], promoted = [] } = answer;
  const merged = placed.map(({ index, dueAt, merged: versions }) => {
    return ` ${index} at ${dueAt} tells ${versions?.from ?? '-'} to ${versions?.to ?? '-'}`;
  });
  const left = superseded.map(({ deliveryId }) => ` instead of ${deliveryId}`);
  return [...merged, ...left, ...promoted.map(({ id }) => ` lets go ${id}`)].join('');
}
