// Drawn from the OpenAPI document by `npm run sdk-types`.

/** `POST /v1/subscriptions` */
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
  /** What goes one at a time: events of a key, or all of the endpoint. */
  readonly order?: 'none' | 'key' | 'endpoint' | null | undefined;
};

/** `GET /v1/subscriptions/{id}` */
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
  /** When it was made; it gets events from then on. */
  readonly createdAt: string;
  /** When it was last changed. */
  readonly updatedAt: string;
};

/** Settings of a subscription: only what is named changes; null means the default. */
export type SubscriptionPatch = Readonly<Record<string, unknown>>;

/** `GET /v1/subscriptions` */
export type SubscriptionQuery = {
  /** How many; 50 when not said. */
  readonly limit?: number | undefined;
  /** Made at or after. */
  readonly 'createdAt[gte]'?: string | undefined;
  /** Made before. */
  readonly 'createdAt[lt]'?: string | undefined;
  readonly endpointId?: string | undefined;
};
