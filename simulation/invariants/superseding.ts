import type { FactOf } from '../fact.ts';
import type { Ledger, Owed } from '../ledger.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

/** Only what may be is superseded, by what tells of as much, and it is not sent after that. */
export function superseding(): Law {
  /** The furthest begun of each order key. */
  const furthest = new Map<string, Owed>();
  return lawOf('what is superseded was unsent progress, and goes before what took its place', {
    accept_committed: judgeAccept,
    started({ order }, ledger) {
      const owed = ledger.owed.get(order.deliveryId);
      if (owed === undefined || !owed.isInOrder) return null;
      const key = JSON.stringify([owed.endpointId, owed.orderKey]);
      const later = furthest.get(key);
      if (later === undefined || later.position <= owed.position) {
        furthest.set(key, owed);
        return null;
      }
      return owed.state === 'superseded' ? `${owed.id} goes after ${later.id}` : null;
    },
    quiet({ deliveries }, ledger) {
      const wrong = deliveries.find(({ id, merged, supersededCount }) => {
        const owed = ledger.owed.get(id);
        const isSameCount = (supersededCount ?? 0) === owed?.supersededCount;
        return !isSameCount || merged?.from !== owed.merged?.from || merged?.to !== owed.merged?.to;
      });
      return wrong === undefined ? null : `${wrong.id} stands for other ones than it was told`;
    },
  });
}

function judgeAccept(
  { planned, answer }: FactOf<'accept_committed'>,
  ledger: Ledger,
): string | null {
  if (answer.is !== 'accepted' || ledger.events.has(planned.event.id)) return null;
  const counts = new Map<string, number>();
  for (const { deliveryId, endpointId } of answer.superseded ?? []) {
    const owed = ledger.owed.get(deliveryId);
    if (owed?.state !== 'pending') return `${deliveryId} was superseded while ${owed?.state}`;
    counts.set(endpointId, (counts.get(endpointId) ?? 0) + owed.supersededCount + 1);
    const index = planned.deliveries.findIndex((each) => each.endpointId === endpointId);
    const wrong = judgeOne(owed, { index, planned, answer });
    if (wrong !== null) return `${deliveryId} ${wrong}`;
  }
  for (const [index, { id, endpointId }] of planned.deliveries.entries()) {
    const told = answer.placed?.find((each) => each.index === index)?.supersededCount ?? 0;
    const count = counts.get(endpointId) ?? 0;
    if (told !== count) return `${id} says that it stands for ${told}, not ${count}`;
  }
  return null;
}

function judgeOne(
  owed: Owed,
  {
    index,
    planned,
    answer,
  }: {
    index: number;
    planned: FactOf<'accept_committed'>['planned'];
    answer: FactOf<'accept_committed'>['answer'] & { is: 'accepted' };
  },
): string | null {
  const by = planned.deliveries[index]?.coalescing;
  const was = owed.coalescing;
  if (by === undefined || was === undefined) return 'takes no part in coalescing';
  if (by.group !== was.group) return `is of the group ${was.group}, not ${by.group}`;
  if (by.is === 'latest' && was.is === 'latest') {
    if (was.isKept) return 'was to be kept';
    const mayBe = by.supersedes === 'all' || (by.supersedes === 'part' && by.part === was.part);
    return mayBe ? null : `is of the part ${was.part}`;
  }
  const merged = answer.placed?.find((each) => each.index === index)?.merged ?? null;
  const isTold = merged?.from === owed.merged?.from && (merged?.to ?? 0) > (owed.merged?.to ?? 0);
  return isTold ? null : 'gathered changes that are told of no more';
}
