// Drawn from the OpenAPI document by `npm run sdk-types`.

/** What `POST /v1/subscriptions` takes. */
export type NewSubscription = {
  /** Which endpoint wants it. */
  readonly endpointId: string;
  /** Event types; a last segment * is one or more segments, * alone every type. */
  readonly types: readonly string[];
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

/** What `POST /v1/subscriptions/batch` answers. */
export type AcceptedSubscriptions = {
  /** In the order sent. */
  readonly data: readonly {
    /** Its id. */
    readonly id: string;
  }[];
};

/** What `GET /v1/subscriptions/{id}` answers. */
export type Subscription = {
  /** Its id. */
  readonly id: string;
  /** Whose it is. */
  readonly tenantId: string;
  /** Which endpoint wants it. */
  readonly endpointId: string;
  readonly types: readonly string[];
  readonly filter: string | null;
  readonly entity: {
    readonly type: string;
    readonly id: string | null;
  } | null;
  readonly order: 'none' | 'key' | 'endpoint';
  readonly fields: readonly string[] | null;
  readonly coalesce:
    | false
    | {
        readonly windowMs: number;
        readonly maxWaitMs: number;
      }
    | null;
  readonly claimCheck: boolean;
  readonly ack: {
    readonly withinMs: number;
  } | null;
  /** When it was made; it gets events from then on. */
  readonly createdAt: string;
  /** When it was last changed. */
  readonly updatedAt: string;
};

/** Settings of a subscription: only what is named changes; null means the default. */
export type SubscriptionPatch = Readonly<Record<string, unknown>>;

/** What `GET /v1/subscriptions` takes. */
export type SubscriptionQuery = {
  /** How many; 50 when not said. */
  readonly limit?: number | undefined;
  /** Made at or after. */
  readonly 'createdAt[gte]'?: string | undefined;
  /** Made before. */
  readonly 'createdAt[lt]'?: string | undefined;
  readonly endpointId?: string | undefined;
};
