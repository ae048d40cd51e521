/** What a publisher is to send. */
export type PublishPlan = {
  port: number;
  key: string;
  isBatch: boolean;
  /** Request bodies, sent in turn. */
  bodies: string[];
  /** Where each goes, in turn; where events are published when not said. */
  paths?: string[];
  requestCount: number;
  connectionCount: number;
  /** Null for a closed loop: each connection sends again as soon as it was answered. */
  ratePerSecond: number | null;
  /** Whether each request carries the microsecond at which it was sent. */
  stampsTime: boolean;
  /** The most it may take in all. */
  waitMs: number;
};

/** What came of it. Instants are monotonic microseconds. */
export type Published = {
  /** Requests answered 2xx. */
  acceptedCount: number;
  /** Times the server asked to come again (503); each such request was sent again. */
  putOffCount: number;
  startedAtUs: number;
  endedAtUs: number;
  /** From sending a request to its answer. */
  answerUs: number[];
};

/** What may be asked of the publisher. */
export type PublisherCalls = { publish: (plan: PublishPlan) => Published };
