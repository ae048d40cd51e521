import { AppError } from '../core/app-error.ts';
import type { EventId, Position, TenantId } from '../core/ids.ts';
import type { ApiDeps } from './deps.ts';
import type { Call } from './route.ts';

/** Where a stream begins; null for now. Throws `cursor_mismatch` for what is no cursor. */
export async function streamPosition(
  { headers, access }: Pick<Call, 'headers' | 'access'>,
  after: string | undefined,
  { store }: Pick<ApiDeps, 'store'>,
): Promise<Position | null> {
  const resumed = headers['last-event-id'];
  const asked = typeof resumed === 'string' && resumed !== '' ? resumed : after;
  if (asked === undefined) return null;
  if (asked === 'oldest') return 0 as Position;
  if (/^\d{1,15}$/.test(asked)) return Number(asked) as Position;
  return positionOf(store, access.reach, asked);
}

async function positionOf(
  { finder }: ApiDeps['store'],
  tenantId: TenantId | null,
  id: string,
): Promise<Position> {
  const event = await finder.event({ tenantId, id: id as EventId });
  if (event === null) throw new AppError('cursor_mismatch', 'There is no such cursor or event.');
  return event.position;
}
