import type { GuardedWrite, PlannedEvent } from '../../server/src/store/queue.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

/** Each version of a task or entity has its event, and none is left out or told twice. */
export function sequences(): Law {
  const last = new Map<string, number>();
  return lawOf('sequences have no gap', {
    accept_committed({ planned, answer }, ledger) {
      const { event } = planned;
      if (answer.is !== 'accepted' || ledger.events.has(event.id)) return null;
      for (const write of planned.writes) {
        if (write.kind !== 'task' && write.kind !== 'entity') continue;
        const row = JSON.stringify([event.tenantId, write.kind, write.id]);
        const before = last.get(row) ?? 0;
        const told = numberOf(planned, write);
        last.set(row, told);
        if (told !== before + 1) return `${event.id} tells of ${told} after ${before}`;
      }
      return null;
    },
  });
}

/** What the receiver is told of which it is. */
function numberOf({ event }: PlannedEvent, { kind }: GuardedWrite): number {
  const { sequence, version } = JSON.parse(new TextDecoder().decode(event.data)) as {
    sequence: number;
    version: number;
  };
  return kind === 'task' ? sequence : version;
}
