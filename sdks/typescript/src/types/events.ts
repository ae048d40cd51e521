// Drawn from the OpenAPI document by `npm run sdk-types`.

import type { Delivery } from './deliveries.ts';

/** What `POST /v1/events` takes. */
export type NewEvent = {
  /** A dotted name, such as `task.completed`. */
  readonly type: string;
  /** Any JSON; its exact bytes are kept and delivered. */
  readonly data: unknown;
  /** Your own id makes repeating safe; else one is made. */
  readonly id?: string | undefined;
  /** What subscriptions with order: key keep in order. */
  readonly key?: string | null | undefined;
  /** What it is about. */
  readonly entity?:
    | {
        readonly type: string;
        readonly id: string;
      }
    | null
    | undefined;
  /** Where it comes from. */
  readonly source?: string | null | undefined;
  /** When it happened; now when not said. */
  readonly time?: string | null | undefined;
  /** Not delivered before this time. */
  readonly deliverAt?: string | null | undefined;
  /** What belongs together; that of its cause, or its own id. */
  readonly correlationId?: string | null | undefined;
  /** The event that led to it: the webhook-id that you received. */
  readonly causationId?: string | null | undefined;
  /** Anything you like, kept and given back; not sent anywhere else. */
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
  /** One address for this event alone. */
  readonly callback?:
    | {
        /** Gets this event, besides the endpoints that want it. */
        readonly url: string;
        /** Patterns as in a subscription; without them it gets the event in any case. */
        readonly types?: readonly string[] | undefined;
        /** whsec_ and base64; without it the callback secret of the tenant. */
        readonly secret?: string | undefined;
        /** How the body is made; `standard` when not said. */
        readonly format?:
          | 'standard'
          | 'flat'
          | 'raw'
          | 'cloudevents'
          | 'cloudevents-structured'
          | 'a2a'
          | undefined;
        readonly retry?:
          | 'standard'
          | 'short'
          | {
              readonly kind: 'exponential';
              readonly initialMs: number;
              readonly factor: number;
              readonly maxDelayMs: number;
              readonly maxAttempts: number;
              readonly jitter?: number | undefined;
            }
          | {
              readonly kind: 'schedule';
              readonly delaysMs: readonly number[];
              readonly jitter?: number | undefined;
            }
          | undefined;
        readonly timeoutMs?: number | undefined;
        /** Sent with each request. Values are secret and never shown. */
        readonly headers?: Readonly<Record<string, string>> | undefined;
      }
    | null
    | undefined;
};

/** What `POST /v1/events` answers. */
export type AcceptedEvent = {
  /** The id of the event: its webhook-id. */
  readonly id: string;
  /** Whether the same id was accepted before; then nothing is new. */
  readonly duplicate: boolean;
  /** As planned at accept; replays are not counted. */
  readonly deliveryCount: number;
  /** It is durable, but not delivered until it is released. */
  readonly held?: true;
  /** Why it is held: its chain has become too long. */
  readonly reason?: 'hops';
  /** For a duplicate: whether type and data are the same too. */
  readonly sameContent?: boolean;
  readonly callback?: {
    /** Its own secret, or that of GET /v1/tenants/{id}/callback-secret. */
    readonly signedWith: 'callback' | 'tenant';
  };
};

/** What `POST /v1/events` answers. */
export type WaitedEvent = {
  /** The id of the event: its webhook-id. */
  readonly id: string;
  /** Whether the same id was accepted before; then nothing is new. */
  readonly duplicate: boolean;
  /** As planned at accept; replays are not counted. */
  readonly deliveryCount: number;
  /** It is durable, but not delivered until it is released. */
  readonly held?: true;
  /** Why it is held: its chain has become too long. */
  readonly reason?: 'hops';
  /** For a duplicate: whether type and data are the same too. */
  readonly sameContent?: boolean;
  readonly callback?: {
    /** Its own secret, or that of GET /v1/tenants/{id}/callback-secret. */
    readonly signedWith: 'callback' | 'tenant';
  };
  /** Whether every delivery has ended. */
  readonly isComplete: boolean;
  /** As they stand, oldest first. */
  readonly deliveries: readonly Delivery[];
};

/** What `POST /v1/events` answers. */
export type EventPreview = {
  readonly dryRun: true;
  /** The id that signs the requests shown. */
  readonly id: string;
  readonly deliveryCount: number;
  /** Those with the oldest subscriptions first; deliveryCount counts all. */
  readonly wouldDeliver: readonly {
    /** Null for a callback. */
    readonly endpointId: string | null;
    readonly url: string;
    /** Null for a callback. */
    readonly subscriptionId: string | null;
    readonly orderKey: string | null;
    readonly dueAt: string;
    /** Why it would wait. */
    readonly held: 'endpoint_paused' | 'circuit_open' | 'chain' | null;
    readonly request: {
      /** As they would be sent now, signed; values of custom headers are masked. */
      readonly headers: readonly (readonly string[])[];
      readonly bodyBytes: number;
      /** The exact bytes, when they are UTF-8. */
      readonly body?: string;
      /** The exact bytes, when they are not. */
      readonly bodyBase64?: string;
    };
  }[];
};

/** What `POST /v1/events/batch` answers. */
export type AcceptedEvents = {
  /** Events that are durable now, or were before. */
  readonly acceptedCount: number;
  /** Events that were not accepted. */
  readonly rejectedCount: number;
  /** In the order sent: what POST /v1/events answers, or {error: problem}. */
  readonly results: readonly unknown[];
};

/** What `GET /v1/events/{id}` answers. */
export type StoredEvent = {
  /** Its id: its webhook-id. */
  readonly id: string;
  /** Whose it is. */
  readonly tenantId: string;
  /** Its type. */
  readonly type: string;
  /** The type of its data. */
  readonly contentType: string;
  /** When it happened. */
  readonly time: string;
  /** When it was accepted. */
  readonly createdAt: string;
  /** Where it came from. */
  readonly source: string | null;
  /** What it is kept in order by. */
  readonly key: string | null;
  readonly entity: {
    readonly type: string;
    readonly id: string;
  } | null;
  /** What it belongs to. */
  readonly correlationId: string;
  /** The event that led to it. */
  readonly causationId: string | null;
  /** How many events of its chain stand before it. */
  readonly hops: number;
  /** Anything you like, kept and given back; not sent anywhere else. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** The id that it had as a CloudEvent. */
  readonly ceId: string | null;
  /** When its data was erased. */
  readonly dataErasedAt: string | null;
  readonly dataBytes: number;
  /** Byte for byte as it was published. */
  readonly data?: unknown;
  /** Instead of data, when that is not JSON. */
  readonly dataBase64?: string;
};

/** What `GET /v1/events` answers. */
export type EventSummary = {
  /** Its id: its webhook-id. */
  readonly id: string;
  /** Whose it is. */
  readonly tenantId: string;
  /** Its type. */
  readonly type: string;
  /** The type of its data. */
  readonly contentType: string;
  /** When it happened. */
  readonly time: string;
  /** When it was accepted. */
  readonly createdAt: string;
  /** Where it came from. */
  readonly source: string | null;
  /** What it is kept in order by. */
  readonly key: string | null;
  readonly entity: {
    readonly type: string;
    readonly id: string;
  } | null;
  /** What it belongs to. */
  readonly correlationId: string;
  /** The event that led to it. */
  readonly causationId: string | null;
  /** How many events of its chain stand before it. */
  readonly hops: number;
  /** Anything you like, kept and given back; not sent anywhere else. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** The id that it had as a CloudEvent. */
  readonly ceId: string | null;
  /** When its data was erased. */
  readonly dataErasedAt: string | null;
  readonly dataBytes: number;
};

/** What `GET /v1/events` takes. */
export type EventQuery = {
  /** How many; 50 when not said. */
  readonly limit?: number | undefined;
  /** Made at or after. */
  readonly 'createdAt[gte]'?: string | undefined;
  /** Made before. */
  readonly 'createdAt[lt]'?: string | undefined;
  readonly type?: string | undefined;
  readonly correlationId?: string | undefined;
};

/** What `GET /v1/events/{id}/explain` answers. */
export type EventExplanation = {
  readonly data: readonly {
    readonly endpointId: string;
    readonly webhookUrl: string;
    /** Whether there is a delivery. */
    readonly matched: boolean;
    readonly rule:
      | 'matched'
      | 'callback'
      | 'replayed'
      | 'held'
      | 'endpoint_made_later'
      | 'endpoint_deleted'
      | 'endpoint_disabled'
      | 'no_subscription'
      | 'no_match'
      | 'changed_since';
    readonly says: string;
    readonly deliveries: readonly Delivery[];
    readonly subscriptions: readonly {
      readonly id: string;
      readonly matched: boolean;
      readonly rule:
        | 'matched'
        | 'older_took_it'
        | 'made_later'
        | 'type'
        | 'entity'
        | 'fields'
        | 'filter'
        | 'data_erased';
      readonly says: string;
      /** What the event has where the rule said no. */
      readonly value: string | null;
    }[];
  }[];
  readonly nextCursor: string | null;
};
