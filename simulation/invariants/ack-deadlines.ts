import { awaitsAck } from '../../server/src/core/ack/awaits-ack.ts';
import type { DeliveryId, NodeId } from '../../server/src/core/ids.ts';
import { limits } from '../../server/src/core/limits.ts';
import type { AttemptRecord, DeliveryReport } from '../../server/src/store/queue.ts';
import type { FactOf } from '../fact.ts';
import type { Ledger } from '../ledger.ts';
import { spreadMs } from './endpoint-changes.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

/** More time, as some lives of nodes were told of it. */
type Extended = { readonly dueAt: number; readonly told: { life: NodeId; atMs: number }[] };

/** A report is waited for as long as was said, never longer, and never for ever. */
export function ackDeadlines(): Law {
  const book = new Book();
  return lawOf('a report is waited for until its deadline', {
    change_committed: ({ change, answer }, ledger) => {
      if (answer.is !== 'changed') return null;
      book.extended.delete(change.deliveryId);
      if (change.to !== 'report' || change.report.kind !== 'progress') return null;
      return book.extend(change, ledger);
    },
    report_answered: ({ deliveryId, report, answer, life, atMs }) => {
      if (report.do !== 'progress' || answer !== 'taken') return null;
      book.extended.get(deliveryId)?.told.push({ life, atMs });
      return null;
    },
    record_committed: ({ record, answer }) => {
      if (answer.is === 'moved') book.extended.delete(record.deliveryId);
      return null;
    },
    started: (fact) => book.start(fact),
    called: (fact) => (fact.verb === 'record' ? book.giveUp(fact) : null),
    quiet: ({ deliveries }) => {
      const late = deliveries.find((each) => each.state.is === 'pending' && awaitsAck(each));
      return late === undefined ? null : `${late.id} still waits for its report`;
    },
  });
}

class Book {
  readonly extended = new Map<DeliveryId, Extended>();
  readonly #startedAt = new Map<string, number>();

  extend({ deliveryId, next, at, report }: DeliveryReport, ledger: Ledger): string | null {
    if (next.is !== 'pending') return `${deliveryId} is ${next.is} by progress`;
    this.extended.set(deliveryId, { dueAt: next.dueAt, told: [] });
    const startedAt = this.#startedAt.get(`${deliveryId} ${report.number}`) ?? at;
    const overMs = next.dueAt - startedAt - limits.ackExtendMs;
    if (overMs > 0) return `${deliveryId} waits ${overMs} ms too long in all`;
    // Of a subscription that is gone, nobody knows the wish any more.
    const mostMs = ledger.owed.get(deliveryId)?.ackWithinMs ?? limits.ackMinMs;
    const waitMs = next.dueAt - at;
    return waitMs <= mostMs ? null : `${deliveryId} waits for ${waitMs} ms more, not ${mostMs}`;
  }

  start(fact: FactOf<'started'>): string | null {
    const { deliveryId, number, startedAt } = fact.order;
    this.#startedAt.set(`${deliveryId} ${number}`, startedAt);
    const leftMs = this.#left(deliveryId, fact, fact.nodeNow);
    return leftMs > 0 ? `${deliveryId} goes again ${leftMs} ms before its deadline` : null;
  }

  /** What is given up without an attempt has waited for its last report. */
  giveUp(fact: FactOf<'called'>): string | null {
    for (const { attempt, next, at, deliveryId } of fact.args as readonly AttemptRecord[]) {
      if (attempt !== null || next.is !== 'dead' || next.reason !== 'attempts_exhausted') continue;
      const leftMs = this.#left(deliveryId, fact, at);
      if (leftMs > 0) return `${deliveryId} is given up ${leftMs} ms before its deadline`;
    }
    return null;
  }

  /** How long it must still wait, by what this life was told or must have heard. */
  #left(id: DeliveryId, { life, atMs }: { life: NodeId; atMs: number }, nodeNow: number): number {
    const extended = this.extended.get(id);
    const isKnown = extended?.told.some((each) => {
      return each.life === life || atMs - each.atMs > spreadMs;
    });
    return extended !== undefined && isKnown === true ? extended.dueAt - nodeNow : 0;
  }
}
