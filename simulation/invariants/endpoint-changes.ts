import type { EndpointId, NodeId } from '../../server/src/core/ids.ts';
import { limits } from '../../server/src/core/limits.ts';
import type { Law } from './law.ts';

type Answered = { readonly atMs: number; readonly life: NodeId; readonly version: number };

/** How long after its answer a change may be unknown to another node. */
export const spreadMs = 2_000 + limits.leaseMs;

/** A change of an endpoint acts from the next attempt: here at once, elsewhere soon. */
export function endpointChanges(): Law {
  const answered = new Map<EndpointId, Answered[]>();
  return {
    says: 'no attempt begins under an endpoint as it was before',
    see(fact) {
      if (fact.is === 'endpoint_answered') {
        const all = answered.get(fact.endpoint.id) ?? [];
        answered.set(fact.endpoint.id, all);
        all.push({ atMs: fact.atMs, life: fact.life, version: fact.version });
      }
      if (fact.is !== 'started') return null;
      const { endpoint, endpointVersion, attemptId } = fact.order;
      if (endpoint.status.is !== 'active')
        return `${attemptId} goes to a ${endpoint.status.is} one`;
      const known = (answered.get(endpoint.id) ?? []).find(
        ({ version, life, atMs }) =>
          version > endpointVersion && (life === fact.life || fact.atMs > atMs + spreadMs),
      );
      if (known === undefined) return null;
      const agoMs = fact.atMs - known.atMs;
      return `${attemptId} uses version ${endpointVersion}, ${known.version} held for ${agoMs} ms`;
    },
  };
}
