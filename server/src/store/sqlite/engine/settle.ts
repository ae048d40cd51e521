import { limits } from '../../../core/limits.ts';
import type { SettleRequest } from '../../queue.ts';
import type { WriteContext } from './context.ts';
import { tenantKey } from './context.ts';
import { countMove } from './count-move.ts';
import { places, states } from './delivery-row.ts';
import type { DeliveryRow } from './delivery-row.ts';
import { keepDeath } from './keep-death.ts';
import { isKeyTaken, promoteNext } from './order.ts';

type Waiting = Pick<
  DeliveryRow,
  'position' | 'tenant' | 'endpoint' | 'state' | 'place' | 'ended_at' | 'order_key'
>;

/** Ends the oldest of what waits for an endpoint; followers of ended heads move up. */
export function settle(
  context: WriteContext,
  request: SettleRequest,
): { count: number; isDone: boolean } {
  const tenant = tenantKey(context, request.tenantId);
  const endpoint =
    tenant === null ? null : context.names.find('endpoint', tenant, request.endpointId);
  if (endpoint === null) return { count: 0, isDone: true };
  const waiting = waitingOf(context, endpoint, Math.max(request.limit + 1, limits.settleRows));
  const ended = waiting.slice(0, request.limit);
  for (const delivery of ended) end(context, delivery, request);
  for (const { order_key: key } of ended) if (key !== null) fillPlace(context, endpoint, key);
  return { count: ended.length, isDone: waiting.length === ended.length };
}

/**
 * The oldest of what waits, among the heads that fell due first and the first followers. So a
 * queue of up to `limit` ends exactly in order, and a longer one is never read whole.
 */
function waitingOf({ db }: WriteContext, endpoint: number, limit: number): Waiting[] {
  const columns = 'position, tenant, endpoint, state, place, ended_at, order_key';
  const heads = db.all<Waiting>(
    `SELECT ${columns} FROM deliveries WHERE endpoint = ? AND state = ${states.pending}
      AND place <> ${places.follower} ORDER BY due_at, position LIMIT ?`,
    endpoint,
    limit,
  );
  const followers = db.all<Waiting>(
    `SELECT ${columns} FROM deliveries WHERE endpoint = ? AND place > 0
      AND place = ${places.follower} LIMIT ?`,
    endpoint,
    limit,
  );
  return [...heads, ...followers].sort((a, b) => a.position - b.position);
}

function end(context: WriteContext, delivery: Waiting, { as, at }: SettleRequest): void {
  const { position } = delivery;
  const state = as.is === 'dead' ? states.dead : states.cancelled;
  context.db.run(
    `UPDATE deliveries SET state = ?, place = ${places.outside}, ended_at = ?, ended_by = ?
      WHERE position = ?`,
    state,
    at,
    as.reason,
    position,
  );
  countMove(context, delivery, { state, at });
  if (as.is === 'dead') keepDeath(context, { delivery: position, reason: as.reason, at });
}

function fillPlace(context: WriteContext, endpoint: number, orderKey: string): void {
  if (!isKeyTaken(context, endpoint, orderKey)) {
    promoteNext(context, { endpoint, order_key: orderKey });
  }
}
