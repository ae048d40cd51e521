import { chainOf } from '../core/chain/chain.ts';
import type { Chain } from '../core/chain/chain.ts';
import type { Event } from '../core/event.ts';
import { limits } from '../core/limits.ts';
import type { ApiDeps } from './deps.ts';

type Reads = Pick<ApiDeps['store']['finder'], 'guarded'>;
type About = Pick<Event, 'tenantId' | 'correlationId'>;

/** What is kept of a chain. */
export async function chainStanding(
  finder: Reads,
  { tenantId, correlationId: id }: About,
): Promise<Chain> {
  return chainOf(await finder.guarded({ tenantId, kind: 'chain', id }));
}

/** Whether an event that went to no subscriber did not because its chain holds it. */
export async function isHeldByChain(
  finder: Reads,
  event: About & Pick<Event, 'hops'>,
): Promise<boolean> {
  if (event.hops <= limits.hops) return false;
  return event.hops > (await chainStanding(finder, event)).allowedHops;
}
