import type { EndpointId, NodeId } from '../../server/src/core/ids.ts';
import { limits } from '../../server/src/core/limits.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

/** Calls a second that one node may make when there is nothing to do. */
const idleCallsMost = 5;

/** Memory, attempts in flight and idle work stay within their limits. */
export function bounds(): Law {
  const inFlight = new Map<NodeId, Map<EndpointId, number>>();
  const add = (life: NodeId, endpointId: EndpointId, by: number): number => {
    const ofLife = inFlight.get(life) ?? new Map<EndpointId, number>();
    inFlight.set(life, ofLife);
    const count = (ofLife.get(endpointId) ?? 0) + by;
    ofLife.set(endpointId, count);
    return count;
  };
  return lawOf('everything is bounded', {
    started(fact) {
      const { id, maxInFlight } = fact.order.endpoint;
      const count = add(fact.life, id, 1);
      return count <= maxInFlight ? null : `${count} are in flight to ${id}`;
    },
    ended(fact) {
      add(fact.life, fact.order.endpoint.id, -1);
      return null;
    },
    counted(fact) {
      if (fact.held > limits.lanesHeld) return `${fact.held} ids are held`;
      if (fact.inFlight > limits.inFlight) return `${fact.inFlight} are in flight`;
      return fact.unrecorded >= fact.inFlight ? null : 'a slot is taken by what is over';
    },
    quiet(fact) {
      if (fact.idleCallsPerSecond <= idleCallsMost) return null;
      return `an idle node makes ${fact.idleCallsPerSecond} calls a second`;
    },
  });
}
