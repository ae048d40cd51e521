import type { EndpointId } from '../server/src/core/ids.ts';
import type { PlannedEvent } from '../server/src/store/queue.ts';
import type { Ledger } from './ledger.ts';
import { bigOnly } from './scene.ts';

/** Who must get an event, worked out the plain way from what the catalogue holds. */
export function wantedBy({ event }: PlannedEvent, ledger: Ledger): Set<EndpointId> {
  const wanted = new Set<EndpointId>();
  for (const { tenantId, endpointId, types, filter } of ledger.subscriptions.values()) {
    const status = ledger.endpoints.get(endpointId)?.status.is;
    const takes = status === 'active' || status === 'paused';
    if (!takes || tenantId !== event.tenantId) continue;
    if (filter === bigOnly && !(sizeOf(event.data) >= 5)) continue;
    if (types.some((pattern) => fits(pattern, event.type))) wanted.add(endpointId);
  }
  return wanted;
}

function fits(pattern: string, type: string): boolean {
  if (pattern === '*') return true;
  if (!pattern.endsWith('.*')) return pattern === type;
  return type.startsWith(pattern.slice(0, -1));
}

function sizeOf(data: Uint8Array): number {
  const { size = 0 } = JSON.parse(new TextDecoder().decode(data)) as { size?: number };
  return size;
}
