// Drawn from the OpenAPI document by `npm run sdk-types`.

/** What `POST /v1/context/updates` takes. */
export type ContextUpdate = {
  readonly entity: {
    readonly type: string;
    readonly id: string;
  };
  /** Where the change comes from. */
  readonly source?: string | null | undefined;
  /** What belongs together; that of its cause, or its own id. */
  readonly correlationId?: string | null | undefined;
  /** The event that led to it: the webhook-id that you received. */
  readonly causationId?: string | null | undefined;
  /** Anything you like, kept and given back; not sent anywhere else. */
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
  /** Fields by name. Values of any JSON keep their exact text. */
  readonly changes: Readonly<
    Record<
      string,
      {
        /** What it was: null for not there. Left out, the last known value is told. */
        readonly old?: unknown;
        /** What it is now; null for removed. */
        readonly new: unknown;
      }
    >
  >;
};

/** What `POST /v1/context/updates` answers. */
export type EntityChanged = {
  /** False when everything was so already: no event. */
  readonly changed: boolean;
  readonly entity: {
    readonly type: string;
    readonly id: string;
  };
  /** One higher with each change; 0 before the first. */
  readonly version: number;
  /** The `context.updated` that tells of it; null when nothing changed. */
  readonly eventId: string | null;
  /** To how many endpoints it goes. */
  readonly deliveryCount: number;
};

/** What `GET /v1/entities/{type}/{id}` answers. */
export type Entity = {
  readonly type: string;
  readonly id: string;
  /** Whose it is. */
  readonly tenantId: string;
  /** One higher with each change; 0 before the first. */
  readonly version: number;
  /** Of its newest change. */
  readonly source: string | null;
  /** When it was first told of. */
  readonly createdAt: string;
  /** When it last changed. */
  readonly updatedAt: string;
  /** Its fields as last told, numbers with every digit that was sent. */
  readonly values: Readonly<Record<string, unknown>>;
};

/** What `GET /v1/entities` answers. */
export type EntitySummary = {
  readonly type: string;
  readonly id: string;
  /** Whose it is. */
  readonly tenantId: string;
  /** One higher with each change; 0 before the first. */
  readonly version: number;
  /** Of its newest change. */
  readonly source: string | null;
  /** When it was first told of. */
  readonly createdAt: string;
  /** When it last changed. */
  readonly updatedAt: string;
  /** How many fields of it are known. */
  readonly fieldCount: number;
};

/** What `GET /v1/entities` takes. */
export type EntityQuery = {
  /** How many; 50 when not said. */
  readonly limit?: number | undefined;
  /** Made at or after. */
  readonly 'createdAt[gte]'?: string | undefined;
  /** Made before. */
  readonly 'createdAt[lt]'?: string | undefined;
  /** Only of this type. */
  readonly type?: string | undefined;
};

/** What `PATCH /v1/entities/{type}/{id}` takes. */
export type EntityPatchQuery = {
  /** Where the change comes from. */
  readonly source?: string | undefined;
  /** What belongs together. */
  readonly correlationId?: string | undefined;
  /** The event that led to it. */
  readonly causationId?: string | undefined;
};

/** What `GET /v1/entities/{type}/{id}/changes` answers. */
export type EntityHistory = {
  readonly entity: {
    readonly type: string;
    readonly id: string;
  };
  /** As asked. */
  readonly since: number;
  /** The version that this leads to; go on from here. */
  readonly upTo: number;
  /** The version that it has now. */
  readonly version: number;
  /** Whether `upTo` is the version that it has now. */
  readonly isComplete: boolean;
  /** All of them in one: the first old, the last new. */
  readonly changes: Readonly<Record<string, unknown>>;
  /** Oldest first. */
  readonly versions: readonly {
    readonly version: number;
    /** When it changed; null when its data was erased. */
    readonly at: string | null;
    readonly source: string | null;
    /** `{field: {old?, new}}`. */
    readonly changes: Readonly<Record<string, unknown>>;
  }[];
};

/** What `GET /v1/entities/{type}/{id}/changes` takes. */
export type EntityHistoryQuery = {
  /** The version that you know; 0 for none. */
  readonly since: number;
  /** How many versions; 50 when not said. */
  readonly limit?: number | undefined;
};
