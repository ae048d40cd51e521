import { limits } from '../../../core/limits.ts';
import type { Answer, Asked } from '../verbs.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { packId } from './id-blob.ts';
import { positionBounds } from './position-bounds.ts';

/** What the index of events that went too far holds, in the words of its definition. */
export const pastHops = `hops > ${limits.hops}`;

/** How many events of a chain have more hops than a number, and the most hops of those seen. */
export function chainHeld(
  context: ReadContext,
  { tenantId, correlationId, hopsOver, limit }: Asked<'chainHeld'>,
): Answer<'chainHeld'> {
  const tenant = tenantKey(context, tenantId);
  if (tenant === null) return { count: 0, maxHops: null };
  const row = context.db.get<{ count: number; maxHops: number | null }>(
    `SELECT count(*) AS count, max(hops) AS maxHops FROM (
      SELECT hops FROM events
      WHERE correlation = ? AND tenant = ? AND ${pastHops} AND hops > ? LIMIT ?)`,
    packId('event', correlationId),
    tenant,
    hopsOver,
    limit,
  );
  return { count: row?.count ?? 0, maxHops: row?.maxHops ?? null };
}

/** How many events of a chain came lately, but for those of one type. */
export function chainVolume(
  context: ReadContext,
  { tenantId, correlationId, except, since, limit }: Asked<'chainVolume'>,
): Answer<'chainVolume'> {
  const tenant = tenantKey(context, tenantId);
  if (tenant === null) return 0;
  const { above } = positionBounds(context.db, { before: null, limit, from: since });
  const row = context.db.get<{ count: number }>(
    `SELECT count(*) AS count FROM (
      SELECT 1 FROM (
        SELECT type, accepted_at FROM events
        WHERE correlation = ? AND tenant = ? AND position > ? ORDER BY position DESC LIMIT ?)
      WHERE accepted_at >= ? AND type <> ? LIMIT ?)`,
    packId('event', correlationId),
    tenant,
    above,
    limits.chainScanRows,
    since,
    context.names.find('eventType', 0, except) ?? 0,
    limit,
  );
  return row?.count ?? 0;
}
