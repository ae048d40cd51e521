import type { Instant } from '../../../core/instant.ts';
import type { PruneRequest } from '../../store.ts';
import type { ReadContext } from './context.ts';

/** From when on events are kept, each by its type, else its tenant, else like all. */
export type KeptBefore = {
  /** Nothing from here on is over, whatever it is. */
  readonly latest: Instant;
  readonly of: (event: { readonly type: number; readonly tenant: number }) => Instant;
};

/** What a request says of retention, by the keys that rows hold. */
export function keptBefore({ names }: ReadContext, { before, own }: PruneRequest): KeptBefore {
  if (own === undefined) return { latest: before, of: () => before };
  const byType = new Map<number | null, Instant>(
    own.types.map(([type, at]) => [names.find('eventType', 0, type), at]),
  );
  const byTenant = new Map<number | null, Instant>(
    own.tenants.map(([tenant, at]) => [names.find('tenant', 0, tenant), at]),
  );
  const latest = [...byType.values(), ...byTenant.values()].reduce(
    (a, b) => (b > a ? b : a),
    before,
  );
  return { latest, of: ({ type, tenant }) => byType.get(type) ?? byTenant.get(tenant) ?? before };
}
