import type { Endpoint } from '../core/endpoint.ts';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import type { EndpointId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import { shardOf } from '../core/shard.ts';
import type { Lanes } from '../core/lane/lanes.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { StoredResource } from '../store/catalogue.ts';

/** What an endpoint's lane may be used for. */
export type LaneUse = 'open' | 'paused' | 'ended';

/** Opens a lane when its endpoint is first needed, and keeps lanes level with the catalogue. */
export class LaneBook {
  readonly #lanes: Lanes;
  readonly #mirror: CatalogueMirror;
  readonly #health = new Map<EndpointId, EndpointHealth>();
  readonly #opened = new Set<EndpointId>();

  constructor(lanes: Lanes, mirror: CatalogueMirror) {
    this.#lanes = lanes;
    this.#mirror = mirror;
  }

  /** Takes the stored rows that lanes opened from now on begin with. */
  restore(health: readonly EndpointHealth[]): void {
    for (const row of health) this.#health.set(row.endpointId, row);
  }

  /** Sees to it that the endpoint's lane is open, unless the endpoint has ended. */
  use(endpointId: EndpointId, now: Instant): LaneUse {
    const endpoint = this.#mirror.get('endpoint', null, endpointId)?.value;
    if (endpoint === undefined) return 'ended';
    const use = laneUse(endpoint);
    if (use !== 'ended' && !this.#lanes.isOpen(endpointId)) this.#open(endpoint, now);
    return use;
  }

  /** Follows a change of the catalogue; answers the endpoints that ended by it. */
  follow(changed: readonly StoredResource[], now: Instant): Endpoint[] {
    const ended: Endpoint[] = [];
    for (const resource of changed) {
      if (resource.kind !== 'endpoint') continue;
      if (resource.isRemoved || laneUse(resource.value) === 'ended') {
        this.#close(resource.value.id);
        this.#health.delete(resource.value.id);
        ended.push(resource.value);
      } else if (this.#lanes.isOpen(resource.value.id)) this.#open(resource.value, now);
    }
    return ended;
  }

  /** Closes the lanes of these shards. */
  closeShards(numbers: ReadonlySet<number>): void {
    for (const endpointId of this.#opened) {
      if (numbers.has(shardOf(endpointId).number)) this.#close(endpointId);
    }
  }

  #close(endpointId: EndpointId): void {
    this.#lanes.close(endpointId);
    this.#opened.delete(endpointId);
  }

  #open(endpoint: Endpoint, now: Instant): void {
    this.#opened.add(endpoint.id);
    const { id: endpointId, tenantId, maxInFlight, ratePerSecond, breaker } = endpoint;
    const isHeld = endpoint.status.is === 'paused';
    const lane = { endpointId, tenantId, isHeld, maxInFlight, ratePerSecond, breaker };
    this.#lanes.open(lane, this.#health.get(endpointId) ?? null, now);
    this.#health.delete(endpointId);
  }
}

function laneUse({ status }: Endpoint): LaneUse {
  switch (status.is) {
    case 'active':
      return 'open';
    case 'paused':
      return 'paused';
    case 'disabled':
    case 'deleted':
      return 'ended';
    default:
      return status satisfies never;
  }
}
