import type { Finder } from '../../server/src/store/finder.ts';
import type {
  ChangeAnswer,
  DeliveryReport,
  DeliveryReported,
} from '../../server/src/store/queue.ts';
import { asPending } from './delivery-row.ts';
import type { Image } from './image.ts';
import { moveOn } from './record-attempt.ts';

/** Moves a delivery as its receiver reports, and keeps what was said. */
export function reportDelivery(image: Image, asked: DeliveryReport): ChangeAnswer {
  const { tenantId, deliveryId, at, report } = asked;
  const row = image.deliveries.get(tenantId, deliveryId);
  if (row === undefined) return { is: 'unknown' };
  const { state, attemptCount, endpointId, position: deliveryPosition } = row.now.delivery;
  if (state.is !== 'pending') return { is: 'refused', state };
  if (attemptCount !== asked.attemptCount) return { is: 'overtaken' };
  const promoted = moveOn(image, row, asked);
  const position = image.nextPosition();
  const of = { kind: 'changed', position, tenantId, endpointId, deliveryId } as const;
  image.changes.insert(String(position), { ...of, to: 'report' });
  image.reports.insert(String(position), { ...report, at, position, deliveryPosition });
  return { is: 'changed', endpointId, delivery: asPending(row.now), promoted };
}

/** What was reported of a delivery, newest first. */
export function listReports(
  image: Image,
  { tenantId, deliveryId, limit }: Parameters<Finder['reports']>[0],
): DeliveryReported[] {
  const delivery = image.deliveries.get(tenantId, deliveryId)?.now.delivery;
  return [...image.reports.rows]
    .filter(({ deliveryPosition }) => deliveryPosition === delivery?.position)
    .toReversed()
    .slice(0, limit)
    .map(({ kind, number, note, at }) => ({ kind, number, note, at }));
}
