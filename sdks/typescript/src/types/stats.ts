// Drawn from the OpenAPI document by `npm run sdk-types`.

/** What `GET /v1/stats` answers. */
export type Stats = {
  readonly since: string;
  readonly until: string;
  readonly bucketMs: number;
  readonly backlog: {
    readonly pendingCount: number;
    readonly oldestDueAt: string | null;
  };
  readonly totals: {
    readonly acceptedCount: number;
    readonly deliveries: {
      readonly made: number;
      readonly delivered: number;
      readonly dead: number;
      readonly superseded: number;
      readonly cancelled: number;
    };
    /**
     * Of the deliveries that were delivered or died, the share delivered; null when
     * there are none.
     */
    readonly deliveryRate: number | null;
    readonly attempts: {
      readonly total: number;
      readonly failed: number;
      readonly byEnding: {
        readonly '2xx': number;
        readonly '3xx': number;
        readonly '4xx': number;
        readonly '5xx': number;
        readonly timeout: number;
        readonly connection: number;
        readonly other: number;
      };
    };
    /** Of all attempts, the share without a 2xx; null when there are none. */
    readonly errorRate: number | null;
    /** Of attempts that were answered or waited for; within 5 %. */
    readonly latencyMs: {
      readonly p50: number | null;
      readonly p95: number | null;
      readonly p99: number | null;
    };
  };
  readonly buckets: readonly {
    readonly startsAt: string;
    readonly acceptedCount: number;
    readonly deliveries: {
      readonly made: number;
      readonly delivered: number;
      readonly dead: number;
      readonly superseded: number;
      readonly cancelled: number;
    };
    /**
     * Of the deliveries that were delivered or died, the share delivered; null when
     * there are none.
     */
    readonly deliveryRate: number | null;
    readonly attempts: {
      readonly total: number;
      readonly failed: number;
      readonly byEnding: {
        readonly '2xx': number;
        readonly '3xx': number;
        readonly '4xx': number;
        readonly '5xx': number;
        readonly timeout: number;
        readonly connection: number;
        readonly other: number;
      };
    };
    /** Of all attempts, the share without a 2xx; null when there are none. */
    readonly errorRate: number | null;
    /** Of attempts that were answered or waited for; within 5 %. */
    readonly latencyMs: {
      readonly p50: number | null;
      readonly p95: number | null;
      readonly p99: number | null;
    };
  }[];
};

/** What `GET /v1/endpoints/{id}/stats` answers. */
export type EndpointStats = {
  readonly endpointId: string;
  readonly since: string;
  readonly until: string;
  readonly bucketMs: number;
  readonly backlog: {
    readonly pendingCount: number;
    readonly oldestDueAt: string | null;
  };
  readonly totals: {
    readonly deliveries: {
      readonly made: number;
      readonly delivered: number;
      readonly dead: number;
      readonly superseded: number;
      readonly cancelled: number;
    };
    /**
     * Of the deliveries that were delivered or died, the share delivered; null when
     * there are none.
     */
    readonly deliveryRate: number | null;
    readonly attempts: {
      readonly total: number;
      readonly failed: number;
      readonly byEnding: {
        readonly '2xx': number;
        readonly '3xx': number;
        readonly '4xx': number;
        readonly '5xx': number;
        readonly timeout: number;
        readonly connection: number;
        readonly other: number;
      };
    };
    /** Of all attempts, the share without a 2xx; null when there are none. */
    readonly errorRate: number | null;
    /** Of attempts that were answered or waited for; within 5 %. */
    readonly latencyMs: {
      readonly p50: number | null;
      readonly p95: number | null;
      readonly p99: number | null;
    };
  };
  readonly buckets: readonly {
    readonly startsAt: string;
    readonly deliveries: {
      readonly made: number;
      readonly delivered: number;
      readonly dead: number;
      readonly superseded: number;
      readonly cancelled: number;
    };
    /**
     * Of the deliveries that were delivered or died, the share delivered; null when
     * there are none.
     */
    readonly deliveryRate: number | null;
    readonly attempts: {
      readonly total: number;
      readonly failed: number;
      readonly byEnding: {
        readonly '2xx': number;
        readonly '3xx': number;
        readonly '4xx': number;
        readonly '5xx': number;
        readonly timeout: number;
        readonly connection: number;
        readonly other: number;
      };
    };
    /** Of all attempts, the share without a 2xx; null when there are none. */
    readonly errorRate: number | null;
    /** Of attempts that were answered or waited for; within 5 %. */
    readonly latencyMs: {
      readonly p50: number | null;
      readonly p95: number | null;
      readonly p99: number | null;
    };
  }[];
};

/** What `GET /v1/stats` takes. */
export type StatsQuery = {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** A usual length of bucket; days of UTC. */
  readonly bucket?: 'minute' | 'hour' | 'day' | undefined;
  /** Any other length: whole minutes. */
  readonly bucketMs?: number | undefined;
};
