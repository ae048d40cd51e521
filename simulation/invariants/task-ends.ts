import type { DeliveryId } from '../../server/src/core/ids.ts';
import type { FactOf } from '../fact.ts';
import type { Ledger } from '../ledger.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

const ends: ReadonlySet<string> = new Set(['task.completed', 'task.failed', 'task.cancelled']);

/** A task ends once, and who hears of it hears of that last, whatever became of the rest. */
export function taskEnds(): Law {
  /** The task of each delivery, and the deliveries that tell of an end by task and endpoint. */
  const tasks = new Map<DeliveryId, string>();
  const ended = new Set<string>();
  const told = new Map<string, DeliveryId>();
  const begun = new Set<DeliveryId>();
  return lawOf('the end of a task is told last, and once', {
    accept_committed({ planned, answer }, ledger) {
      const { event } = planned;
      if (answer.is !== 'accepted' || ledger.events.has(event.id)) return null;
      const write = planned.writes.find(({ kind }) => kind === 'task');
      if (write === undefined) return null;
      const task = JSON.stringify([event.tenantId, write.id]);
      if (ended.has(task)) return `${event.id} tells of ${task}, which has ended`;
      if (ends.has(event.type)) ended.add(task);
      for (const { id, endpointId } of planned.deliveries) {
        const ofEndpoint = `${task} ${endpointId}`;
        tasks.set(id, ofEndpoint);
        if (ends.has(event.type)) told.set(ofEndpoint, id);
      }
      return null;
    },
    started({ order }, ledger) {
      begun.add(order.deliveryId);
      const end = told.get(tasks.get(order.deliveryId) ?? '');
      if (end === undefined || end === order.deliveryId || !begun.has(end)) return null;
      // Asked for by a person, after its death: it takes no part in the order any more.
      const isInOrder = ledger.owed.get(order.deliveryId)?.isInOrder === true;
      return isInOrder ? `${order.deliveryId} goes after the end ${end}` : null;
    },
    quiet: (fact, ledger) => judgeQuiet(fact, ledger, told),
  });
}

function judgeQuiet(
  { deliveries }: FactOf<'quiet'>,
  ledger: Ledger,
  told: ReadonlyMap<string, DeliveryId>,
): string | null {
  const byId = new Map(deliveries.map((each) => [each.id, each]));
  for (const id of told.values()) {
    const delivery = byId.get(id);
    if (delivery === undefined) return `${id}, which tells of an end, is gone`;
    if (delivery.state.is === 'superseded') return `${id} tells of an end and was superseded`;
    if (!ledger.owed.has(id)) return `${id} was never accepted`;
  }
  return null;
}
