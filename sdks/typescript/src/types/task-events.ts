// Drawn from the OpenAPI document by `npm run sdk-types`.

/** The data of `task.started`. */
export type TaskStartedData = {
  /** The task. */
  readonly taskId: string;
  /** What it is. */
  readonly name?: string;
  /** The task that it is a part of. */
  readonly parentTaskId?: string;
  /** Its number in the task; none is left out. */
  readonly sequence: number;
  /** running, waiting for input, or how it has ended, which is final. */
  readonly state: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** The step that the task is in. */
  readonly step?: string;
  /** 0 to 1. */
  readonly progress?: number;
  /** For people: what is going on. */
  readonly message?: string;
  /** Any JSON; its exact bytes are kept and delivered. */
  readonly data?: unknown;
  /** Anything you like, kept and given back; not sent anywhere else. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Without a report for so long, `task.stalled` is told; never when not said. */
  readonly stallAfterMs?: number;
  /** When it was said. */
  readonly timestamp: string;
};

/** The data of `task.progress`. */
export type TaskProgressData = {
  /** The task. */
  readonly taskId: string;
  /** What it is. */
  readonly name?: string;
  /** The task that it is a part of. */
  readonly parentTaskId?: string;
  /** Its number in the task; none is left out. */
  readonly sequence: number;
  /** running, waiting for input, or how it has ended, which is final. */
  readonly state: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** The step that the task is in. */
  readonly step?: string;
  /** 0 to 1. */
  readonly progress?: number;
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
  /** When it was said. */
  readonly timestamp: string;
};

/** The data of `task.waiting`. */
export type TaskWaitingData = {
  /** The task. */
  readonly taskId: string;
  /** What it is. */
  readonly name?: string;
  /** The task that it is a part of. */
  readonly parentTaskId?: string;
  /** Its number in the task; none is left out. */
  readonly sequence: number;
  /** running, waiting for input, or how it has ended, which is final. */
  readonly state: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** The step that the task is in. */
  readonly step?: string;
  /** 0 to 1. */
  readonly progress?: number;
  /** What is needed, such as approval by a person. */
  readonly reason: string;
  /** For people: what is going on. */
  readonly message?: string;
  /** Any JSON; its exact bytes are kept and delivered. */
  readonly data?: unknown;
  /** When it was said. */
  readonly timestamp: string;
};

/** The data of `task.completed`. */
export type TaskCompletedData = {
  /** The task. */
  readonly taskId: string;
  /** What it is. */
  readonly name?: string;
  /** The task that it is a part of. */
  readonly parentTaskId?: string;
  /** Its number in the task; none is left out. */
  readonly sequence: number;
  /** running, waiting for input, or how it has ended, which is final. */
  readonly state: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** The step that the task is in. */
  readonly step?: string;
  /** 0 to 1. */
  readonly progress?: number;
  /** Any JSON; its exact bytes are kept and delivered. */
  readonly result?: unknown;
  /** For people: what is going on. */
  readonly message?: string;
  /** The model that did the work. */
  readonly model?: string;
  /** Tokens by kind: input, output, total, or what else you count. */
  readonly tokenUsage?: {
    readonly input?: number;
    readonly output?: number;
    readonly total?: number;
  };
  /** When it was said. */
  readonly timestamp: string;
};

/** The data of `task.failed`. */
export type TaskFailedData = {
  /** The task. */
  readonly taskId: string;
  /** What it is. */
  readonly name?: string;
  /** The task that it is a part of. */
  readonly parentTaskId?: string;
  /** Its number in the task; none is left out. */
  readonly sequence: number;
  /** running, waiting for input, or how it has ended, which is final. */
  readonly state: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** The step that the task is in. */
  readonly step?: string;
  /** 0 to 1. */
  readonly progress?: number;
  /** Why. */
  readonly error: {
    /** For programs. */
    readonly code?: string;
    /** For people. */
    readonly message: string;
    /** Whether the same work may succeed when it is tried again. */
    readonly retryable?: boolean;
  };
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
  /** When it was said. */
  readonly timestamp: string;
};

/** The data of `task.cancelled`. */
export type TaskCancelledData = {
  /** The task. */
  readonly taskId: string;
  /** What it is. */
  readonly name?: string;
  /** The task that it is a part of. */
  readonly parentTaskId?: string;
  /** Its number in the task; none is left out. */
  readonly sequence: number;
  /** running, waiting for input, or how it has ended, which is final. */
  readonly state: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** The step that the task is in. */
  readonly step?: string;
  /** 0 to 1. */
  readonly progress?: number;
  /** Why. */
  readonly reason?: string;
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
  /** When it was said. */
  readonly timestamp: string;
};

/** The data of `task.stalled`. */
export type TaskStalledData = {
  /** The task. */
  readonly taskId: string;
  /** What it is. */
  readonly name?: string;
  /** The task that it is a part of. */
  readonly parentTaskId?: string;
  /** Its number in the task; none is left out. */
  readonly sequence: number;
  /** running, waiting for input, or how it has ended, which is final. */
  readonly state: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** The step that the task is in. */
  readonly step?: string;
  /** 0 to 1. */
  readonly progress?: number;
  /** The silence that it had set itself. */
  readonly stallAfterMs: number;
  /** When its newest report came. */
  readonly lastReportAt: string;
  /** When it was said. */
  readonly timestamp: string;
};
