// Drawn from the OpenAPI document by `npm run sdk-types`.

import type { Attempt } from './deliveries.ts';
import type { Subscription } from './subscriptions.ts';

/** What `POST /v1/endpoints` takes. */
export type RetryPolicy =
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
  | null;

/** What `POST /v1/endpoints` takes. */
export type NewEndpoint = {
  /** Where requests go: http or https. */
  readonly url: string;
  /** For people. */
  readonly description?: string | null | undefined;
  /** Sent with each request. Values are secret and shown masked. */
  readonly headers?: Readonly<Record<string, string>> | null | undefined;
  /** How requests are signed. */
  readonly scheme?: 'standard' | 'hmac-hex' | 'none' | null | undefined;
  /** How the names of its headers begin. */
  readonly headerNames?: 'webhook' | 'svix' | null | undefined;
  /** How the body is made of the event. */
  readonly format?:
    | 'standard'
    | 'flat'
    | 'raw'
    | 'cloudevents'
    | 'cloudevents-structured'
    | 'a2a'
    | null
    | undefined;
  readonly retry?: RetryPolicy | undefined;
  /** The longest wait that Retry-After may ask for. */
  readonly retryAfterMaxMs?: number | null | undefined;
  readonly breaker?:
    | {
        /** So many open the circuit. */
        readonly failuresInARow?: number | undefined;
        /** How long it is open at first. */
        readonly openMs?: number | undefined;
      }
    | null
    | undefined;
  /** For an attempt as a whole. */
  readonly timeoutMs?: number | null | undefined;
  /** The most attempts at a time. */
  readonly maxInFlight?: number | null | undefined;
  /** The most attempts that start in a second; null for no limit. */
  readonly ratePerSecond?: number | null | undefined;
  /** 0: for as long as the policy retries. */
  readonly orderWaitMs?: number | null | undefined;
  /** Whether what follows a dead letter in order goes on, or waits for people. */
  readonly onDead?: 'continue' | 'hold' | null | undefined;
  /** From first due to dead, also paused. */
  readonly maxAgeMs?: number | null | undefined;
  /** Whom alerts reach besides subscribers of posthorn.*; none: the next one up says. */
  readonly contacts?:
    | readonly {
        readonly email?: string | undefined;
        /** Secret: shown masked. */
        readonly slackUrl?: string | undefined;
        readonly endpointId?: string | undefined;
      }[]
    | null
    | undefined;
  readonly alert?:
    | {
        /** So many failed attempts … */
        readonly failures?: number | undefined;
        /** … in this time raise an alert. */
        readonly windowMs?: number | undefined;
      }
    | null
    | undefined;
  /** Anything you like, kept and given back; not sent anywhere else. */
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
  /** Your own; for the scheme standard whsec_ or whsk_ and base64. */
  readonly secret?: string | undefined;
  /**
   * What a secret that is made signs by: v1, which both sides share, or v1a, a
   * private key whose public key receivers verify with.
   */
  readonly signing?: 'v1' | 'v1a' | undefined;
  /** Event types; a last segment * is one or more segments, * alone every type. */
  readonly types?: readonly string[] | undefined;
  /** CEL over type, data, metadata, source and entity. */
  readonly filter?: string | null | undefined;
  /** Only events about it. */
  readonly entity?:
    | {
        readonly type: string;
        readonly id?: string | null | undefined;
      }
    | null
    | undefined;
  /** With an entity: only changes of one of these fields. */
  readonly fields?: readonly string[] | null | undefined;
  /**
   * How changes of entities are merged; false delivers everything, progress of tasks
   * too. Without it changes are delivered one by one, and progress is coalesced.
   */
  readonly coalesce?:
    | {
        /** Changes of one entity that come within it are merged. */
        readonly windowMs: number;
        /** How long after the first at most; four windows when not said. */
        readonly maxWaitMs?: number | null | undefined;
      }
    | boolean
    | null
    | undefined;
  /** Data over 65536 bytes is replaced by a signed link. */
  readonly claimCheck?: boolean | null | undefined;
  readonly ack?:
    | {
        /** How long a receiver that answers 202 has to report that it is done. */
        readonly withinMs: number;
      }
    | null
    | undefined;
  /** What goes one at a time: events of a key, or all of the endpoint. */
  readonly order?: 'none' | 'key' | 'endpoint' | null | undefined;
};

/** What `POST /v1/endpoints` answers. */
export type CreatedEndpoint = {
  /** Its id. */
  readonly id: string;
  /** Whose it is. */
  readonly tenantId: string;
  /** Where requests go. */
  readonly url: string;
  /** For people. */
  readonly description: string;
  /** paused: deliveries are made and held. disabled: none are made. */
  readonly status: 'active' | 'paused' | 'disabled';
  /** By a person, by its own 410, or after failing for days. */
  readonly disabledReason: 'asked' | 'gone' | 'failing' | null;
  /** When it was disabled. */
  readonly disabledAt: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly scheme: string;
  /** What verifies signatures of v1a, whpk_…; null for v1. */
  readonly publicKey: string | null;
  readonly headerNames: string;
  readonly format: string;
  readonly retry: unknown;
  readonly retryAfterMaxMs: number;
  readonly breaker: {
    readonly failuresInARow: number;
    readonly openMs: number;
  };
  /** open: deliveries are held; probing: one is tried. */
  readonly circuit: 'closed' | 'open' | 'probing';
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly ratePerSecond: number | null;
  readonly orderWaitMs: number;
  readonly onDead: string;
  readonly maxAgeMs: number;
  /** Whom alerts reach besides subscribers of posthorn.*; none: the next one up says. */
  readonly contacts: readonly {
    readonly email?: string;
    /** Secret: shown masked. */
    readonly slackUrl?: string;
    readonly endpointId?: string;
  }[];
  readonly alert: {
    /** So many failed attempts … */
    readonly failures?: number;
    /** … in this time raise an alert. */
    readonly windowMs?: number;
  } | null;
  /** Whom alerts about it reach today; mail and Slack do not count yet. */
  readonly alertsReach: 'nobody' | 'subscribers' | 'contacts' | 'subscribers_and_contacts';
  /** Anything you like, kept and given back; not sent anywhere else. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly subscriptions: readonly Subscription[];
  /** When it was made. */
  readonly createdAt: string;
  /** When it was last changed. */
  readonly updatedAt: string;
  /** Signs what it gets; shown this once. */
  readonly secret: string;
  /** What you may not have meant. */
  readonly warnings: readonly {
    readonly code: string;
    readonly message: string;
  }[];
};

/** What `GET /v1/endpoints/{id}` answers. */
export type Endpoint = {
  /** Its id. */
  readonly id: string;
  /** Whose it is. */
  readonly tenantId: string;
  /** Where requests go. */
  readonly url: string;
  /** For people. */
  readonly description: string;
  /** paused: deliveries are made and held. disabled: none are made. */
  readonly status: 'active' | 'paused' | 'disabled';
  /** By a person, by its own 410, or after failing for days. */
  readonly disabledReason: 'asked' | 'gone' | 'failing' | null;
  /** When it was disabled. */
  readonly disabledAt: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly scheme: string;
  /** What verifies signatures of v1a, whpk_…; null for v1. */
  readonly publicKey: string | null;
  readonly headerNames: string;
  readonly format: string;
  readonly retry: unknown;
  readonly retryAfterMaxMs: number;
  readonly breaker: {
    readonly failuresInARow: number;
    readonly openMs: number;
  };
  /** open: deliveries are held; probing: one is tried. */
  readonly circuit: 'closed' | 'open' | 'probing';
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly ratePerSecond: number | null;
  readonly orderWaitMs: number;
  readonly onDead: string;
  readonly maxAgeMs: number;
  /** Whom alerts reach besides subscribers of posthorn.*; none: the next one up says. */
  readonly contacts: readonly {
    readonly email?: string;
    /** Secret: shown masked. */
    readonly slackUrl?: string;
    readonly endpointId?: string;
  }[];
  readonly alert: {
    /** So many failed attempts … */
    readonly failures?: number;
    /** … in this time raise an alert. */
    readonly windowMs?: number;
  } | null;
  /** Whom alerts about it reach today; mail and Slack do not count yet. */
  readonly alertsReach: 'nobody' | 'subscribers' | 'contacts' | 'subscribers_and_contacts';
  /** Anything you like, kept and given back; not sent anywhere else. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly subscriptions: readonly Subscription[];
  /** When it was made. */
  readonly createdAt: string;
  /** When it was last changed. */
  readonly updatedAt: string;
};

/** Settings of an endpoint: only what is named changes; null means the default. */
export type EndpointPatch = Readonly<Record<string, unknown>>;

/** What `GET /v1/endpoints` takes. */
export type EndpointQuery = {
  /** How many; 50 when not said. */
  readonly limit?: number | undefined;
  /** Made at or after. */
  readonly 'createdAt[gte]'?: string | undefined;
  /** Made before. */
  readonly 'createdAt[lt]'?: string | undefined;
};

/** What `GET /v1/endpoints/{id}/secret` answers. */
export type EndpointSecret = {
  readonly secret: string;
  /** What verifies signatures of v1a, whpk_…; null for v1. */
  readonly publicKey: string | null;
  readonly previous: {
    readonly secret: string;
    /** What verifies signatures of v1a, whpk_…; null for v1. */
    readonly publicKey: string | null;
    readonly endsAt: string;
  } | null;
};

/** What `POST /v1/endpoints/{id}/secret/rotate` takes. */
export type NewSecret = {
  readonly secret?: string | undefined;
  /**
   * What a secret that is made signs by: v1, which both sides share, or v1a, a
   * private key whose public key receivers verify with.
   */
  readonly signing?: 'v1' | 'v1a' | undefined;
  /** How long the old one signs as well. */
  readonly overlapMs?: number | undefined;
};

/** What `POST /v1/endpoints/{id}/test` takes. */
export type EndpointTestWish = {
  readonly type?: string | undefined;
};

/** What `POST /v1/endpoints/{id}/test` answers. */
export type EndpointTest = Attempt;
