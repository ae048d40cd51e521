// Drawn from the OpenAPI document by `npm run sdk-types`.

/** What `POST /v1/replays` takes. */
export type NewReplay = {
  /**
   * dead: dead letters, also when not said. failed: those, and what waits after a
   * failed attempt. missing: events that match now and have no delivery for the
   * endpoint. all: dead, failed and delivered ones.
   */
  readonly only?: 'dead' | 'failed' | 'missing' | 'all' | undefined;
  /**
   * same: the event itself again, with its webhook-id, which a receiver that drops
   * repeats may drop. new: a new event for each delivery, caused by the old one.
   * Needed with only: all, else same when not said.
   */
  readonly as?: 'same' | 'new' | undefined;
  /** Only to this endpoint. */
  readonly endpointId?: string | undefined;
  /** Patterns of event types, as in subscriptions. */
  readonly types?: readonly string[] | undefined;
  /** Only what was made at or after. */
  readonly since?: string | undefined;
  /** Only what was made before. */
  readonly until?: string | undefined;
  /** Only of these events. */
  readonly eventIds?: readonly string[] | undefined;
  /** Only these deliveries. */
  readonly deliveryIds?: readonly string[] | undefined;
  /** The most deliveries made per second. */
  readonly ratePerSecond?: number | undefined;
  /** Answers what would be made, and makes it not. */
  readonly dryRun?: boolean | undefined;
};

/** What `POST /v1/replays` answers. */
export type ReplayCount = {
  readonly dryRun: true;
  /** How many deliveries would be made. */
  readonly matchedCount: number;
  readonly examinedCount: number;
  readonly skippedCount: number;
  /** Whether there was more than was looked at. */
  readonly isLowerBound: boolean;
  readonly sample: readonly {
    readonly eventId: string;
    readonly endpointId: string;
    /** Null for a missing delivery. */
    readonly deliveryId: string | null;
  }[];
};

/** What `GET /v1/replays/{id}` answers. */
export type Replay = {
  /** Its id. */
  readonly id: string;
  /** Whose it is. */
  readonly tenantId: string;
  readonly state: 'running' | 'paused' | 'completed' | 'cancelled' | 'failed';
  /**
   * dead: dead letters, also when not said. failed: those, and what waits after a
   * failed attempt. missing: events that match now and have no delivery for the
   * endpoint. all: dead, failed and delivered ones.
   */
  readonly only: 'dead' | 'failed' | 'missing' | 'all';
  /**
   * same: the event itself again, with its webhook-id, which a receiver that drops
   * repeats may drop. new: a new event for each delivery, caused by the old one.
   * Needed with only: all, else same when not said.
   */
  readonly as: 'same' | 'new';
  readonly endpointId: string | null;
  readonly types: readonly string[] | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly eventIds: readonly string[] | null;
  readonly deliveryIds: readonly string[] | null;
  readonly ratePerSecond: number | null;
  readonly progress: {
    /** Deliveries, or for missing: events, looked at. */
    readonly examinedCount: number;
    /** Deliveries made, or held ones let go. */
    readonly madeCount: number;
    /**
     * Left out: deliveries of replays, those whose endpoint takes none, missing ones
     * that are there by now, and held ones that are not held any more.
     */
    readonly skippedCount: number;
    /** Not made, since the event or its data is gone. */
    readonly failedCount: number;
    /** Everything up to here was looked at. */
    readonly position: number;
    /** Where it ends; later events are not meant. */
    readonly upperPosition: number;
  };
  /** When it was asked for. */
  readonly createdAt: string;
  /** When it began. */
  readonly startedAt: string | null;
  /** When it ended. */
  readonly endedAt: string | null;
  /** Why it failed. */
  readonly error: string | null;
};

/** What `GET /v1/replays` takes. */
export type ReplayQuery = {
  /** How many; 50 when not said. */
  readonly limit?: number | undefined;
  /** Made at or after. */
  readonly 'createdAt[gte]'?: string | undefined;
  /** Made before. */
  readonly 'createdAt[lt]'?: string | undefined;
  readonly state?: 'running' | 'paused' | 'completed' | 'cancelled' | 'failed' | undefined;
};
