// Drawn from the OpenAPI document by `npm run sdk-types`.

/** What `GET /v1/chains/{id}` answers. */
export type Chain = {
  /** What its events have in common: the id of the first one, as a rule. */
  readonly correlationId: string;
  /** Whether events of it are held, because it became too long. */
  readonly held: boolean;
  /** Since when; null while none is held. */
  readonly heldAt: string | null;
  /** The first one that was held. */
  readonly heldEventId: string | null;
  /** An event with more hops is held. */
  readonly allowedHops: number;
  /** When it was last released. */
  readonly releasedAt: string | null;
  /** When it was last told that very much comes of it. */
  readonly busyAt: string | null;
  /** How many events of it are held, counted up to 1,000. */
  readonly heldCount: number;
  /** Its events, newest first. */
  readonly data: readonly {
    /** Its id. */
    readonly id: string;
    /** Its type. */
    readonly type: string;
    /** How many events stand between it and the first, and one. */
    readonly hops: number;
    /** The event that led to it: its parent in the tree. */
    readonly causationId: string | null;
    /** When it was accepted. */
    readonly createdAt: string;
    /** Where it comes from. */
    readonly source: string | null;
    /** What it is kept in order by; the id of its task, if it is about one. */
    readonly key: string | null;
    /** Whether it waits for the chain to be released. */
    readonly held: boolean;
    readonly deliveries: {
      /** Those that are pending. */
      readonly pending: number;
      /** Those that are delivered. */
      readonly delivered: number;
      /** Those that are dead. */
      readonly dead: number;
      /** Those that are superseded. */
      readonly superseded: number;
      /** Those that are cancelled. */
      readonly cancelled: number;
      /** Whether there are more than were counted. */
      readonly isLowerBound: boolean;
    };
  }[];
  /** The tasks that the events of this page tell of. */
  readonly tasks: readonly {
    /** The id of the task. */
    readonly id: string;
    readonly state: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  }[];
  readonly nextCursor: string | null;
};

/** What `POST /v1/chains/{id}/release` answers. */
export type ChainReleased = {
  /** What its events have in common: the id of the first one, as a rule. */
  readonly correlationId: string;
  /** Whether events of it are held, because it became too long. */
  readonly held: boolean;
  /** Since when; null while none is held. */
  readonly heldAt: string | null;
  /** The first one that was held. */
  readonly heldEventId: string | null;
  /** An event with more hops is held. */
  readonly allowedHops: number;
  /** When it was last released. */
  readonly releasedAt: string | null;
  /** When it was last told that very much comes of it. */
  readonly busyAt: string | null;
  /** Whether this request released it; false: none was held. */
  readonly released: boolean;
  /** The replay that delivers what was held; null when nothing was. */
  readonly replayId: string | null;
};
