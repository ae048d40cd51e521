import type {
  CreatedEndpoint,
  Endpoint,
  EndpointPatch,
  EndpointQuery,
  EndpointSecret,
  EndpointTest,
  EndpointTestWish,
  NewEndpoint,
  NewSecret,
} from '../../types/endpoints.ts';
import type { EndpointStats, StatsQuery } from '../../types/stats.ts';
import type { Pages } from '../pages.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import { Resource } from './resource.ts';

/** Endpoints: where deliveries go. */
export class Endpoints extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/endpoints');
  }

  /** Makes an endpoint; its secret is shown here, and by `secret`. */
  create(endpoint: NewEndpoint, options?: RequestOptions): Promise<CreatedEndpoint> {
    return this.send('POST', this.path(), options, endpoint);
  }

  get(id: string, options?: RequestOptions): Promise<Endpoint> {
    return this.read(this.path(id), options);
  }

  list(query?: EndpointQuery, options?: RequestOptions): Pages<Endpoint> {
    return this.pages(this.path(), query, options);
  }

  /** Changes what is named, by JSON Merge Patch. */
  update(id: string, patch: EndpointPatch, options?: RequestOptions): Promise<Endpoint> {
    return this.send('PATCH', this.path(id), options, patch);
  }

  delete(id: string, options?: RequestOptions): Promise<void> {
    return this.send('DELETE', this.path(id), options);
  }

  secret(id: string, options?: RequestOptions): Promise<EndpointSecret> {
    return this.read(this.path(id, 'secret'), options);
  }

  /** Makes a new secret; the old one signs too until the overlap ends. */
  rotateSecret(
    id: string,
    wish: NewSecret = {},
    options?: RequestOptions,
  ): Promise<EndpointSecret> {
    return this.send('POST', this.path(id, 'secret', 'rotate'), options, wish);
  }

  /** Holds its deliveries back. */
  pause(id: string, options?: RequestOptions): Promise<Endpoint> {
    return this.send('POST', this.path(id, 'pause'), options);
  }

  resume(id: string, options?: RequestOptions): Promise<Endpoint> {
    return this.send('POST', this.path(id, 'resume'), options);
  }

  /** Makes no more deliveries, and buries those that wait. */
  disable(id: string, options?: RequestOptions): Promise<Endpoint> {
    return this.send('POST', this.path(id, 'disable'), options);
  }

  /** Sends a test event at once, and answers what came back. */
  test(id: string, wish: EndpointTestWish = {}, options?: RequestOptions): Promise<EndpointTest> {
    return this.send('POST', this.path(id, 'test'), options, wish);
  }

  stats(id: string, query?: StatsQuery, options?: RequestOptions): Promise<EndpointStats> {
    return this.read(this.path(id, 'stats'), options, query);
  }
}
