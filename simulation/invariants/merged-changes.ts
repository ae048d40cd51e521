import { isDeepStrictEqual } from 'node:util';
import type { DeliveryId } from '../../server/src/core/ids.ts';
import type { PlannedEvent } from '../../server/src/store/queue.ts';
import type { FactOf } from '../fact.ts';
import type { Owed } from '../ledger.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

type Change = { readonly old?: unknown; readonly new: unknown };
type Changes = Readonly<Record<string, Change>>;

/** What is sent of an entity is what its changes add up to, the same on each attempt. */
export function mergedChanges(): Law {
  const versions = new Map<string, Changes[]>();
  const bodies = new Map<DeliveryId, string>();
  return lawOf('merged changes are the fold of single changes', {
    accept_committed({ planned, answer }, ledger) {
      if (answer.is !== 'accepted' || ledger.events.has(planned.event.id)) return null;
      const entity = entityOf(planned);
      if (entity === null) return null;
      versions.set(entity, [...(versions.get(entity) ?? []), changesIn(planned.event.data)]);
      return null;
    },
    started({ order }, ledger) {
      const owed = ledger.owed.get(order.deliveryId);
      const planned = ledger.events.get(order.event.id);
      const entity = planned === undefined ? null : entityOf(planned);
      if (owed === undefined || planned === undefined || entity === null) return null;
      const body = new TextDecoder().decode(order.event.data);
      const before = bodies.get(owed.id) ?? body;
      bodies.set(owed.id, body);
      if (before !== body) return `${owed.id} is sent with other bytes than before`;
      return judgeBody(owed, { order, planned, versions: versions.get(entity) ?? [] });
    },
    record_committed({ record, answer }, ledger) {
      if (answer.is !== 'moved' || record.next.is !== 'cancelled') return null;
      const owed = ledger.owed.get(record.deliveryId);
      const planned = owed && ledger.events.get(owed.eventId);
      const entity = planned && entityOf(planned);
      if (!owed || !entity) return `${record.deliveryId} has nothing that could be undone`;
      const left = fold(versions.get(entity) ?? [], owed);
      return Object.keys(left).length === 0 ? null : `${owed.id} had something to tell`;
    },
  });
}

function judgeBody(
  owed: Owed,
  {
    order,
    planned,
    versions,
  }: {
    order: FactOf<'started'>['order'];
    planned: PlannedEvent;
    versions: readonly Changes[];
  },
): string | null {
  const { merged } = owed;
  if (merged === null || merged.from === merged.to) {
    const isSame = Buffer.compare(order.event.data, planned.event.data) === 0;
    return isSame ? null : `${owed.id} is not sent as it came`;
  }
  const told = changesIn(order.event.data);
  const folded = fold(versions, owed);
  if (Object.keys(told).length === 0) return `${owed.id} tells of nothing`;
  return isDeepStrictEqual(told, folded)
    ? null
    : `${owed.id} tells ${JSON.stringify(told)}, not ${JSON.stringify(folded)}`;
}

/** By hand, unlike the engine. */
function fold(versions: readonly Changes[], { merged }: Owed): Changes {
  const { from, to } = merged ?? { from: 1, to: 0 };
  const folded: Record<string, Change> = {};
  for (const changes of versions.slice(from - 1, to)) {
    for (const [field, change] of Object.entries(changes)) {
      const first = folded[field] ?? change;
      folded[field] = { ...first, new: change.new };
    }
  }
  return Object.fromEntries(
    Object.entries(folded).filter(([, change]) => !isDeepStrictEqual(change.old, change.new)),
  );
}

function entityOf({ event, writes }: PlannedEvent): string | null {
  const write = writes.find(({ kind }) => kind === 'entity');
  return write === undefined ? null : JSON.stringify([event.tenantId, write.id]);
}

function changesIn(data: Uint8Array): Changes {
  return (JSON.parse(new TextDecoder().decode(data)) as { changes: Changes }).changes;
}
