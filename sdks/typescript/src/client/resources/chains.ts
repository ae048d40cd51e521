import type { Chain, ChainReleased } from '../../types/chains.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import { Resource } from './resource.ts';

/** Chains: what events led to one another. */
export class Chains extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/chains');
  }

  /** A page of the events of a chain, newest first, with the tasks that they tell of. */
  get(correlationId: string, cursor?: string, options?: RequestOptions): Promise<Chain> {
    return this.read(this.path(correlationId), options, { cursor });
  }

  /** Lets a chain go on that was held because it became too long. */
  release(correlationId: string, options?: RequestOptions): Promise<ChainReleased> {
    return this.send('POST', this.path(correlationId, 'release'), options);
  }
}
