import type { EndpointId } from './ids.ts';

/** The unit of ownership between nodes. One cell exists today. */
export type Shard = { readonly cell: 0; readonly number: number };

/** How many shards a cell has; fixed for the life of a store. */
export const shardCount = 64;

/** A shard that a node owns. Records made under an older epoch are refused. */
export type HeldShard = {
  readonly shard: Shard;
  /** Rises with each change of owner, and with each start of a single-node store. */
  readonly epoch: number;
};

/** The shard of an endpoint: FNV-1a (32 bit) of its id, modulo {@link shardCount}. */
export function shardOf(endpointId: EndpointId): Shard {
  let hash = 0x811c9dc5;
  for (let i = 0; i < endpointId.length; i += 1) {
    hash = Math.imul(hash ^ endpointId.charCodeAt(i), 0x01000193);
  }
  return { cell: 0, number: (hash >>> 0) % shardCount };
}
