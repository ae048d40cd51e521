// Drawn from the OpenAPI document by `npm run sdk-types`.

/** What `GET /v1/deliveries/{id}` answers. */
export type Delivery = {
  /** Its id. */
  readonly id: string;
  /** Whose it is. */
  readonly tenantId: string;
  /** The event that is owed. */
  readonly eventId: string;
  /** To which endpoint. */
  readonly endpointId: string;
  /** By which subscription; null for a callback. */
  readonly subscriptionId: string | null;
  /** Where the next attempt goes, its query masked; null once the endpoint is gone. */
  readonly webhookUrl: string | null;
  readonly state: 'pending' | 'delivered' | 'dead' | 'superseded' | 'cancelled';
  /** When it may be tried next; null once it has ended. */
  readonly dueAt: string | null;
  /** Whether the receiver has accepted it and is to report that it is done. */
  readonly awaitingAck: boolean;
  /** When it is sent again if nothing is reported; null unless that is so. */
  readonly ackBy: string | null;
  /** When it ended; null while it is pending. */
  readonly endedAt: string | null;
  /** Why it is dead or cancelled: `attempts_exhausted` …, or `held`, as its chain is. */
  readonly reason: string | null;
  /** The delivery that took its place. */
  readonly supersededBy: string | null;
  /** Deliveries with the same one go one at a time. */
  readonly orderKey: string | null;
  /** Whether somebody asked for it to be made again. */
  readonly isReplay: boolean;
  /** The replay that made it. */
  readonly replayId: string | null;
  /** Attempts so far, also those before a retry. */
  readonly attemptCount: number;
  /** How many deliveries this one stands for. */
  readonly supersededCount: number;
  readonly merged: {
    /** The first version of its entity that it tells of. */
    readonly from: number;
    /** The last one. */
    readonly to: number;
  } | null;
  /** When the attempts that fail now began to. */
  readonly failingSince: string | null;
  /** When it was first due; its age counts from here. */
  readonly firstDueAt: string;
  /** When it was made. */
  readonly createdAt: string;
};

/** What `GET /v1/deliveries/{id}/reports` answers. */
export type DeliveryReport = {
  readonly kind: 'ack' | 'fail' | 'progress';
  /** The attempt that it is about. */
  readonly attemptNumber: number;
  /** What the receiver said. */
  readonly note: string | null;
  /** When it was reported. */
  readonly createdAt: string;
};

/** What `GET /v1/deliveries` takes. */
export type DeliveryQuery = {
  /** How many; 50 when not said. */
  readonly limit?: number | undefined;
  /** Made at or after. */
  readonly 'createdAt[gte]'?: string | undefined;
  /** Made before. */
  readonly 'createdAt[lt]'?: string | undefined;
  readonly eventId?: string | undefined;
  readonly endpointId?: string | undefined;
  readonly state?: 'pending' | 'delivered' | 'dead' | 'superseded' | 'cancelled' | undefined;
};

/** What `GET /v1/attempts/{id}` answers. */
export type Attempt = {
  /** Its id. */
  readonly id: string;
  /** Whose it is. */
  readonly tenantId: string;
  /** The delivery that was tried. */
  readonly deliveryId: string;
  /** Its event. */
  readonly eventId: string;
  /** Its endpoint. */
  readonly endpointId: string;
  /** Where it went; the values of its query are masked. */
  readonly webhookUrl: string;
  /** The type of the event. */
  readonly event: string;
  /** 1 for the first attempt. */
  readonly attemptNumber: number;
  /** 2xx alone is success. */
  readonly status: 'succeeded' | 'failed';
  /** What was answered; null when nothing was. */
  readonly statusCode: number | null;
  /** What went wrong: `http_503`, `timeout`, `dns_error` …; null when it succeeded. */
  readonly error: string | null;
  /** From its start to the end of the answer. */
  readonly latencyMs: number;
  /** When it started. */
  readonly createdAt: string;
  readonly request: {
    readonly url: string;
    readonly headers: readonly (readonly string[])[];
  };
  readonly response: {
    readonly statusCode: number | null;
    readonly headers: readonly (readonly string[])[];
    /** What is kept of it, when it is UTF-8. */
    readonly body?: string;
    /** What is kept of it, when it is not. */
    readonly bodyBase64?: string;
    /** Whether there was more than is kept. */
    readonly isTruncated: boolean;
  } | null;
  readonly phases: {
    /** From when it was due to its start. */
    readonly queueMs: number;
    readonly dnsMs: number | null;
    readonly connectMs: number | null;
    readonly tlsMs: number | null;
    readonly firstByteMs: number | null;
    readonly bodyMs: number | null;
  };
  /** When the delivery was done; null while it is not. */
  readonly deliveredAt: string | null;
  readonly explanation: {
    /** What went wrong, in one sentence. */
    readonly cause: string;
    /** What was seen that says so. */
    readonly evidence: string;
    /** What to do about it. */
    readonly fix: string;
  } | null;
  /** The data of the event; base64 when it is not JSON. */
  readonly payload: unknown;
};

/** What `GET /v1/attempts` answers. */
export type AttemptSummary = {
  /** Its id. */
  readonly id: string;
  /** Whose it is. */
  readonly tenantId: string;
  /** The delivery that was tried. */
  readonly deliveryId: string;
  /** Its event. */
  readonly eventId: string;
  /** Its endpoint. */
  readonly endpointId: string;
  /** Where it went; the values of its query are masked. */
  readonly webhookUrl: string;
  /** The type of the event. */
  readonly event: string;
  /** 1 for the first attempt. */
  readonly attemptNumber: number;
  /** 2xx alone is success. */
  readonly status: 'succeeded' | 'failed';
  /** What was answered; null when nothing was. */
  readonly statusCode: number | null;
  /** What went wrong: `http_503`, `timeout`, `dns_error` …; null when it succeeded. */
  readonly error: string | null;
  /** From its start to the end of the answer. */
  readonly latencyMs: number;
  /** When it started. */
  readonly createdAt: string;
};

/** What `GET /v1/attempts` takes. */
export type AttemptQuery = {
  /** How many; 50 when not said. */
  readonly limit?: number | undefined;
  /** Made at or after. */
  readonly 'createdAt[gte]'?: string | undefined;
  /** Made before. */
  readonly 'createdAt[lt]'?: string | undefined;
  readonly deliveryId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly endpointId?: string | undefined;
  /** The type of the event. */
  readonly event?: string | undefined;
  readonly status?: 'succeeded' | 'failed' | undefined;
  readonly statusCode?: number | undefined;
  readonly error?: string | undefined;
};
