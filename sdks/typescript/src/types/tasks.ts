// Drawn from the OpenAPI document by `npm run sdk-types`.

import type { StoredEvent } from './events.ts';

/** What `POST /v1/tasks` takes. */
export type NewTask = {
  /** Your own id makes repeating safe; else one is made. */
  readonly id?: string | undefined;
  /** What the task is. */
  readonly name?: string | undefined;
  /** The task that it is a part of. */
  readonly parentTaskId?: string | undefined;
  /** Stands on each event, for filters too. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Without a report for so long, `task.stalled` is told; never when not said. */
  readonly stallAfterMs?: number | undefined;
  /** Gets every event of this task. */
  readonly callback?:
    | {
        /** Gets this event, besides the endpoints that want it. */
        readonly url: string;
        /** Patterns as in a subscription; without them it gets the event in any case. */
        readonly types?: readonly string[] | undefined;
        /** whsec_ and base64; without it the callback secret of the tenant. */
        readonly secret?: string | undefined;
        /** How the body is made; `standard` when not said. */
        readonly format?:
          | 'standard'
          | 'flat'
          | 'raw'
          | 'cloudevents'
          | 'cloudevents-structured'
          | 'a2a'
          | undefined;
        readonly retry?:
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
          | undefined;
        readonly timeoutMs?: number | undefined;
        /** Sent with each request. Values are secret and never shown. */
        readonly headers?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  /** Who does the work. */
  readonly source?: string | undefined;
  /** For people: what is going on. */
  readonly message?: string | undefined;
  /** Any JSON; its exact bytes are kept and delivered. */
  readonly data?: unknown;
  /** What belongs together; that of its parent or cause, or its first event’s id. */
  readonly correlationId?: string | undefined;
  /** The event that led to it: the webhook-id that you received. */
  readonly causationId?: string | undefined;
};

/** What `GET /v1/tasks/{id}` answers. */
export type Task = {
  /** Its id. */
  readonly id: string;
  /** What it is. */
  readonly name: string | null;
  /** running, waiting for input, or how it has ended, which is final. */
  readonly state: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** Whether it said nothing for stallAfterMs. */
  readonly isStalled: boolean;
  /** How many events it has; each has its number. */
  readonly sequence: number;
  /** The step that it is in. */
  readonly step: string | null;
  /** 0 to 1. */
  readonly progress: number | null;
  /** Whose it is. */
  readonly tenantId: string;
  /** Every step so far, in order. */
  readonly steps: readonly string[];
  /** The task that it is a part of. */
  readonly parentTaskId: string | null;
  /** Who does the work. */
  readonly source: string | null;
  /** Anything you like, kept and given back; not sent anywhere else. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly stallAfterMs: number | null;
  /** Whether its events go to an address of its own. */
  readonly hasCallback: boolean;
  /** What its events belong to. */
  readonly correlationId: string;
  /** When it was started. */
  readonly createdAt: string;
  /** When its newest report came. */
  readonly updatedAt: string;
  /** When it ended. */
  readonly endedAt: string | null;
  /** Its parts, newest first, at most 100. */
  readonly children: readonly {
    /** Its id. */
    readonly id: string;
    /** What it is. */
    readonly name: string | null;
    /** running, waiting for input, or how it has ended, which is final. */
    readonly state: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
    /** Whether it said nothing for stallAfterMs. */
    readonly isStalled: boolean;
    /** How many events it has; each has its number. */
    readonly sequence: number;
    /** The step that it is in. */
    readonly step: string | null;
    /** 0 to 1. */
    readonly progress: number | null;
  }[];
  /** For people: what is going on. */
  readonly message?: string;
  /** Any JSON; its exact bytes are kept and delivered. */
  readonly data?: unknown;
  /** The model that did the work. */
  readonly model?: string;
  /** Tokens by kind: input, output, total, or what else you count. */
  readonly tokenUsage?: {
    readonly input?: number;
    readonly output?: number;
    readonly total?: number;
  };
  /** What it waits for, or why it was cancelled. */
  readonly reason?: string;
  /** Byte for byte as it was sent. */
  readonly result?: unknown;
  readonly error?: {
    /** For programs. */
    readonly code?: string;
    /** For people. */
    readonly message: string;
    /** Whether the same work may succeed when it is tried again. */
    readonly retryable?: boolean;
  };
};

/** What `GET /v1/tasks/{id}/events` answers. */
export type TaskHistory = {
  /** The task. */
  readonly taskId: string;
  /** Of its newest event. */
  readonly sequence: number;
  /** Its events, oldest first. */
  readonly data: readonly StoredEvent[];
  /** What to ask for next as `since`; null when that was all. */
  readonly nextSince: number | null;
};

/** What `GET /v1/tasks/{id}/events` takes. */
export type TaskHistoryQuery = {
  /** Only those past this sequence; all when not said. */
  readonly since?: number | undefined;
  /** How many at most; 50 when not said. */
  readonly limit?: number | undefined;
  /**
   * Goes on after this: the `id` of a message, the id of an event, or `oldest`. From
   * now when not said; `Last-Event-ID` wins over it.
   */
  readonly after?: string | undefined;
  /** A token for this one stream, in place of a key. */
  readonly token?: string | undefined;
};

/** What `GET /v1/tasks` takes. */
export type TaskQuery = {
  /** How many; 50 when not said. */
  readonly limit?: number | undefined;
  /** Made at or after. */
  readonly 'createdAt[gte]'?: string | undefined;
  /** Made before. */
  readonly 'createdAt[lt]'?: string | undefined;
  /** running, waiting for input, or how it has ended, which is final. */
  readonly state?: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | undefined;
  /** Only the parts of this task. */
  readonly parentTaskId?: string | undefined;
};

/** What `GET /v1/tasks/{id}` takes. */
export type TaskWaitQuery = {
  /** Answers when the task has ended, at the latest after so long. */
  readonly waitMs?: number | undefined;
  /** With waitMs: answers also past this sequence. */
  readonly sinceSequence?: number | undefined;
};

/** What `POST /v1/tasks/{id}/progress` takes. */
export type TaskProgress = {
  /** Its step; the one before when not said. */
  readonly step?: string | undefined;
  /** 0 to 1; as before when not said. */
  readonly progress?: number | undefined;
  /** For people: what is going on. */
  readonly message?: string | undefined;
  /** Any JSON; its exact bytes are kept and delivered. */
  readonly data?: unknown;
  /** The model that did the work. */
  readonly model?: string | undefined;
  /** Tokens by kind: input, output, total, or what else you count. */
  readonly tokenUsage?: TokenUsage | undefined;
  /** The event that led to it: the webhook-id that you received. */
  readonly causationId?: string | undefined;
};

/** What `POST /v1/tasks/{id}/wait` takes. */
export type TaskWait = {
  /** What is needed, such as approval by a person. */
  readonly reason: string;
  /** For people: what is going on. */
  readonly message?: string | undefined;
  /** Any JSON; its exact bytes are kept and delivered. */
  readonly data?: unknown;
  /** The event that led to it: the webhook-id that you received. */
  readonly causationId?: string | undefined;
};

/** What `POST /v1/tasks/{id}/complete` takes. */
export type TaskCompletion = {
  /** Any JSON; its exact bytes are kept and delivered. */
  readonly result?: unknown;
  /** For people: what is going on. */
  readonly message?: string | undefined;
  /** The model that did the work. */
  readonly model?: string | undefined;
  /** Tokens by kind: input, output, total, or what else you count. */
  readonly tokenUsage?: TokenUsage | undefined;
  /** The event that led to it: the webhook-id that you received. */
  readonly causationId?: string | undefined;
};

/** What `POST /v1/tasks/{id}/fail` takes. */
export type TaskFailure = {
  /** Why. */
  readonly error: TaskError;
  /** Any JSON; its exact bytes are kept and delivered. */
  readonly data?: unknown;
  /** The model that did the work. */
  readonly model?: string | undefined;
  /** Tokens by kind: input, output, total, or what else you count. */
  readonly tokenUsage?: TokenUsage | undefined;
  /** The event that led to it: the webhook-id that you received. */
  readonly causationId?: string | undefined;
};

/** What `POST /v1/tasks/{id}/cancel` takes. */
export type TaskCancellation = {
  /** Why. */
  readonly reason?: string | undefined;
  /** Any JSON; its exact bytes are kept and delivered. */
  readonly data?: unknown;
  /** The model that did the work. */
  readonly model?: string | undefined;
  /** Tokens by kind: input, output, total, or what else you count. */
  readonly tokenUsage?: TokenUsage | undefined;
  /** The event that led to it: the webhook-id that you received. */
  readonly causationId?: string | undefined;
};

/** Tokens by kind: input, output, total, or what else you count. */
export type TokenUsage = {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly total?: number | undefined;
};

/** Why. */
export type TaskError = {
  /** For programs. */
  readonly code?: string | undefined;
  /** For people. */
  readonly message: string;
  /** Whether the same work may succeed when it is tried again. */
  readonly retryable?: boolean | undefined;
};

/** What `POST /v1/tasks/{id}/complete` answers. */
export type TaskMoved = {
  /** The task. */
  readonly id: string;
  /** running, waiting for input, or how it has ended, which is final. */
  readonly state: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** How many events it has; each has its number. */
  readonly sequence: number;
  /** The event that told of it: its webhook-id. */
  readonly eventId: string | null;
  /** As planned at accept. */
  readonly deliveryCount: number;
  /** Whether it was said before in the same words; then nothing is new. */
  readonly duplicate: boolean;
  /** Its event is not delivered until it is released. */
  readonly held?: true;
  /** Why it is held: its chain has become too long. */
  readonly reason?: 'hops';
  readonly callback?: {
    /** Its own secret, or that of GET /v1/tenants/{id}/callback-secret. */
    readonly signedWith: 'callback' | 'tenant';
  };
};
