import type { Stats, StatsQuery } from '../types/stats.ts';
import type { NewStreamToken, StreamToken } from '../types/streams.ts';
import { Attempts, Deliveries } from './resources/deliveries.ts';
import { Bundles } from './resources/bundles.ts';
import { Chains } from './resources/chains.ts';
import { Context } from './resources/context.ts';
import { Endpoints } from './resources/endpoints.ts';
import { EventTypes } from './resources/event-types.ts';
import { Events } from './resources/events.ts';
import { Replays } from './resources/replays.ts';
import { Subscriptions } from './resources/subscriptions.ts';
import { Tasks } from './resources/tasks.ts';
import { Keys, Tenants } from './resources/tenants.ts';
import { retryDefaults } from './retry-wait.ts';
import { streamedEvents } from './streamed-events.ts';
import type { StreamedEvent, StreamQuery } from './streamed-events.ts';
import { ownSurroundings } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';
import { Transport } from './transport.ts';
import type { ApiAnswer, ApiRequest, RequestOptions } from './transport.ts';

/** Where Posthorn is and how it is asked. */
export type PosthornOptions = {
  /** Such as `http://127.0.0.1:4410`. */
  readonly url: string;
  /** `ph_…`; not needed where every path asked for takes a token of its own. */
  readonly apiKey?: string | undefined;
  /** For keys of the operator: the tenant that requests mean. */
  readonly tenant?: string | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** For one try; 30 s when not given. */
  readonly timeoutMs?: number | undefined;
  /** How often a request is repeated that met a fault which may pass; 3 when not given. */
  readonly retries?: number | undefined;
};

const timeoutMsDefault = 30_000;

/** A client of the API of Posthorn. */
export class Posthorn {
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly attempts: Attempts;
  readonly endpoints: Endpoints;
  readonly subscriptions: Subscriptions;
  readonly eventTypes: EventTypes;
  readonly replays: Replays;
  readonly tenants: Tenants;
  readonly keys: Keys;
  readonly tasks: Tasks;
  readonly context: Context;
  readonly bundles: Bundles;
  readonly chains: Chains;
  readonly #transport: Transport;

  /** @param surroundings  clock, chance and waits, for tests. */
  constructor(options: PosthornOptions, surroundings: Partial<Surroundings> = {}) {
    const transport = transportOf(options, surroundings);
    this.#transport = transport;
    this.events = new Events(transport);
    this.deliveries = new Deliveries(transport);
    this.attempts = new Attempts(transport);
    this.endpoints = new Endpoints(transport);
    this.subscriptions = new Subscriptions(transport);
    this.eventTypes = new EventTypes(transport);
    this.replays = new Replays(transport);
    this.tenants = new Tenants(transport);
    this.keys = new Keys(transport);
    this.tasks = new Tasks(transport);
    this.context = new Context(transport);
    this.bundles = new Bundles(transport);
    this.chains = new Chains(transport);
  }

  /** What happened in a stretch of time, in numbers. */
  stats(query?: StatsQuery, options: RequestOptions = {}): Promise<Stats> {
    return this.#transport.call<Stats>({ ...options, method: 'GET', path: '/v1/stats', query });
  }

  /** Events as they are accepted, from a cursor on, for as long as the signal lets it. */
  stream<Data = unknown>(
    { after, ...query }: StreamQuery = {},
    options?: RequestOptions,
  ): AsyncGenerator<StreamedEvent<Data>, void, undefined> {
    return streamedEvents<Data>(this.#transport, { path: '/v1/stream', query, after }, options);
  }

  /** A token with which a page reads one stream, as `?token=` or the whole `url`. */
  streamToken(grant: NewStreamToken = {}, options: RequestOptions = {}): Promise<StreamToken> {
    const path = '/v1/stream-tokens';
    return this.#transport.call<StreamToken>({ ...options, method: 'POST', path, body: grant });
  }

  /** Any request of the API, with its answer's status, headers and ETag. */
  request<Body = unknown>(request: ApiRequest): Promise<ApiAnswer<Body>> {
    return this.#transport.ask<Body>(request);
  }
}

const needsUrl = 'url: the address of the server is needed, such as http://127.0.0.1:4410';

function transportOf(options: PosthornOptions, given: Partial<Surroundings>): Transport {
  const { url, apiKey = null, tenant = null, fetch: ownFetch } = options;
  const { timeoutMs = timeoutMsDefault, retries = retryDefaults.retries } = options;
  // Out of an environment variable it may be undefined, whatever the type says.
  if (!/^https?:\/\//.test(url)) throw new TypeError(needsUrl);
  const surroundings = ownFetch === undefined ? given : { fetch: ownFetch, ...given };
  return new Transport(
    {
      ...{ url: url.replace(/\/+$/, ''), apiKey, tenant, timeoutMs },
      retry: { ...retryDefaults, retries },
      userAgent: 'posthorn-sdk-typescript',
    },
    ownSurroundings(surroundings),
  );
}
