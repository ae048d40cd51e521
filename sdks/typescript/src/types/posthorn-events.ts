// Drawn from the OpenAPI document by `npm run sdk-types`.

/** The data of `posthorn.endpoint.failing`. */
export type PosthornEndpointFailingData = {
  /** The endpoint that it is about. */
  readonly endpointId: string;
  /** Whose endpoint it is. */
  readonly tenantId: string;
  /** Where it leads; logins and queries are masked. */
  readonly url: string;
  /** The endpoint’s own description. */
  readonly description: string;
  /** Attempts that failed so far. */
  readonly failedCount: number;
  /** So many within `windowMs` raise this alert. */
  readonly failures: number;
  /** The time in which they are counted. */
  readonly windowMs: number;
  /** When it began to fail. */
  readonly firstFailureAt: string;
  /** When it last failed. */
  readonly lastFailureAt: string;
  /** Null when there was no attempt, or it is gone. */
  readonly lastError: {
    /** The last failed attempt. */
    readonly attemptId: string;
    /** When it started. */
    readonly at: string;
    /** Its error, such as `http_503` or `timeout`. */
    readonly error: string | null;
    /** What was answered; null when nothing was. */
    readonly statusCode: number | null;
    readonly explanation: {
      /** What went wrong, in one sentence. */
      readonly cause: string;
      /** What was seen that says so. */
      readonly evidence: string;
      /** What to do about it. */
      readonly fix: string;
    } | null;
  } | null;
  /** Paths of the API that show more. */
  readonly links: {
    /** Not there for a callback. */
    readonly endpoint?: string;
    /** The dead letter, when it is one. */
    readonly delivery?: string;
    /** Its failed attempts. */
    readonly attempts: string;
    /** Its dead letters. */
    readonly deadLetters: string;
  };
};

/** The data of `posthorn.endpoint.recovered`. */
export type PosthornEndpointRecoveredData = {
  /** The endpoint that it is about. */
  readonly endpointId: string;
  /** Whose endpoint it is. */
  readonly tenantId: string;
  /** Where it leads; logins and queries are masked. */
  readonly url: string;
  /** The endpoint’s own description. */
  readonly description: string;
  /** Attempts that failed so far. */
  readonly failedCount: number;
  /** So many within `windowMs` raise this alert. */
  readonly failures: number;
  /** The time in which they are counted. */
  readonly windowMs: number;
  /** When it began to fail. */
  readonly firstFailureAt: string;
  /** When it last failed. */
  readonly lastFailureAt: string;
  /** Its first success since. */
  readonly recoveredAt: string;
  /** Null when there was no attempt, or it is gone. */
  readonly lastError: {
    /** The last failed attempt. */
    readonly attemptId: string;
    /** When it started. */
    readonly at: string;
    /** Its error, such as `http_503` or `timeout`. */
    readonly error: string | null;
    /** What was answered; null when nothing was. */
    readonly statusCode: number | null;
    readonly explanation: {
      /** What went wrong, in one sentence. */
      readonly cause: string;
      /** What was seen that says so. */
      readonly evidence: string;
      /** What to do about it. */
      readonly fix: string;
    } | null;
  } | null;
  /** Paths of the API that show more. */
  readonly links: {
    /** Not there for a callback. */
    readonly endpoint?: string;
    /** The dead letter, when it is one. */
    readonly delivery?: string;
    /** Its failed attempts. */
    readonly attempts: string;
    /** Its dead letters. */
    readonly deadLetters: string;
  };
};

/** The data of `posthorn.endpoint.disabled`. */
export type PosthornEndpointDisabledData = {
  /** The endpoint that it is about. */
  readonly endpointId: string;
  /** Whose endpoint it is. */
  readonly tenantId: string;
  /** Where it leads; logins and queries are masked. */
  readonly url: string;
  /** The endpoint’s own description. */
  readonly description: string;
  /** gone: it answered 410. failing: everything failed for days. */
  readonly reason: 'gone' | 'failing';
  /** When it was disabled. */
  readonly disabledAt: string;
  /** Null when there was no attempt, or it is gone. */
  readonly lastError: {
    /** The last failed attempt. */
    readonly attemptId: string;
    /** When it started. */
    readonly at: string;
    /** Its error, such as `http_503` or `timeout`. */
    readonly error: string | null;
    /** What was answered; null when nothing was. */
    readonly statusCode: number | null;
    readonly explanation: {
      /** What went wrong, in one sentence. */
      readonly cause: string;
      /** What was seen that says so. */
      readonly evidence: string;
      /** What to do about it. */
      readonly fix: string;
    } | null;
  } | null;
  /** Paths of the API that show more. */
  readonly links: {
    /** Not there for a callback. */
    readonly endpoint?: string;
    /** The dead letter, when it is one. */
    readonly delivery?: string;
    /** Its failed attempts. */
    readonly attempts: string;
    /** Its dead letters. */
    readonly deadLetters: string;
  };
};

/** The data of `posthorn.delivery.dead`. */
export type PosthornDeliveryDeadData = {
  /** The endpoint that it is about. */
  readonly endpointId: string;
  /** Whose endpoint it is. */
  readonly tenantId: string;
  /** Where it leads; logins and queries are masked. */
  readonly url: string;
  /** The endpoint’s own description. */
  readonly description: string;
  /** The dead letter; null when several are told together. */
  readonly deliveryId: string | null;
  /** Its event; null when several are told together. */
  readonly eventId: string | null;
  /** The type of its event; null likewise. */
  readonly eventType: string | null;
  /** Attempts that were made; null likewise. */
  readonly attemptCount: number | null;
  /** How many dead letters it tells of. */
  readonly count: number;
  /** How many died of each reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** When the first of them died. */
  readonly firstAt: string;
  /** When the last of them died. */
  readonly lastAt: string;
  /** Null when there was no attempt, or it is gone. */
  readonly lastError: {
    /** The last failed attempt. */
    readonly attemptId: string;
    /** When it started. */
    readonly at: string;
    /** Its error, such as `http_503` or `timeout`. */
    readonly error: string | null;
    /** What was answered; null when nothing was. */
    readonly statusCode: number | null;
    readonly explanation: {
      /** What went wrong, in one sentence. */
      readonly cause: string;
      /** What was seen that says so. */
      readonly evidence: string;
      /** What to do about it. */
      readonly fix: string;
    } | null;
  } | null;
  /** Paths of the API that show more. */
  readonly links: {
    /** Not there for a callback. */
    readonly endpoint?: string;
    /** The dead letter, when it is one. */
    readonly delivery?: string;
    /** Its failed attempts. */
    readonly attempts: string;
    /** Its dead letters. */
    readonly deadLetters: string;
  };
};

/** The data of `posthorn.chain.held`. */
export type PosthornChainHeldData = {
  /** The chain that it is about. */
  readonly correlationId: string;
  /** Whose chain it is. */
  readonly tenantId: string;
  /** The event that led to this. */
  readonly eventId: string;
  /** Its type. */
  readonly eventType: string;
  /** The event that it named as its cause. */
  readonly causationId: string | null;
  /** How many events of the chain stand before it. */
  readonly hops: number;
  /** An event with more hops is held. */
  readonly allowedHops: number;
  /** Since when events of the chain are held. */
  readonly heldAt: string;
  readonly explanation: {
    /** What went wrong, in one sentence. */
    readonly cause: string;
    /** What was seen that says so. */
    readonly evidence: string;
    /** What to do about it. */
    readonly fix: string;
  };
  readonly links: {
    /** Shows the chain. */
    readonly chain: string;
    /** To be posted to: delivers what is held. */
    readonly release?: string;
  };
};

/** The data of `posthorn.chain.released`. */
export type PosthornChainReleasedData = {
  /** The chain that it is about. */
  readonly correlationId: string;
  /** Whose chain it is. */
  readonly tenantId: string;
  /** An event with more hops is held again. */
  readonly allowedHops: number;
  /** When it was released. */
  readonly releasedAt: string;
  /** The replay that delivers what was held. */
  readonly replayId: string;
  readonly links: {
    /** Shows the chain. */
    readonly chain: string;
    /** To be posted to: delivers what is held. */
    readonly release?: string;
  };
};

/** The data of `posthorn.chain.busy`. */
export type PosthornChainBusyData = {
  /** The chain that it is about. */
  readonly correlationId: string;
  /** Whose chain it is. */
  readonly tenantId: string;
  /** The event that led to this. */
  readonly eventId: string;
  /** Its type. */
  readonly eventType: string;
  /** The event that it named as its cause. */
  readonly causationId: string | null;
  /** How many events of the chain stand before it. */
  readonly hops: number;
  /** More events than this came within `windowMs`. */
  readonly limit: number;
  /** The time in which they are counted. */
  readonly windowMs: number;
  /** When that was seen. */
  readonly at: string;
  readonly links: {
    /** Shows the chain. */
    readonly chain: string;
    /** To be posted to: delivers what is held. */
    readonly release?: string;
  };
};

/** The data of `posthorn.endpoint.test`. */
export type PosthornEndpointTestData = {
  readonly test: true;
  /** A sentence for people. */
  readonly message: string;
};
