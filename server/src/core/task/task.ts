import type { EventId, TenantId } from '../ids.ts';
import type { Instant } from '../instant.ts';
import type { Json, JsonObject } from '../json.ts';

/** How a task stands; the last three are final. */
export type TaskState = 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';

/** Every state, in the order in which a task may pass them. */
export const taskStates = ['running', 'waiting', 'completed', 'failed', 'cancelled'] as const;

/** The states that a task never leaves. */
export type TaskEnd = Extract<TaskState, 'completed' | 'failed' | 'cancelled'>;

/** Where a task stands in its chain of events. */
export type TaskChain = {
  /** The event of its start, which its later events continue. */
  readonly startedEventId: EventId;
  readonly correlationId: string;
  /** Of the event of its start. */
  readonly hops: number;
};

/** Someone's long work, as its guarded row keeps it; the version of the row is its sequence. */
export type Task = {
  readonly name: string | null;
  readonly state: TaskState;
  /** Whether it was reported as stalled since its last report. */
  readonly isStalled: boolean;
  /** The step that it is in; null before it has named one. */
  readonly step: string | null;
  /** 0 to 1; null before it has said any. */
  readonly progress: number | null;
  /** Every step so far, in the order of their first report; '' for reports before any step. */
  readonly steps: readonly string[];
  readonly parentTaskId: string | null;
  /** How many tasks stand above it. */
  readonly depth: number;
  readonly source: string | null;
  readonly metadata: JsonObject | null;
  readonly stallAfterMs: number | null;
  /** Where its events go besides the subscriptions, sealed; null for nowhere. */
  readonly callback: string | null;
  readonly chain: TaskChain;
  /** What it was started with, to know a repeated start by. */
  readonly startDigest: string;
  /** What it ended with, to know a repeated end by; null before that. */
  readonly end: { readonly digest: string; readonly eventId: EventId } | null;
  readonly startedAt: Instant;
  /** When its newest report came; that it stalled is none. */
  readonly reportedAt: Instant;
  readonly endedAt: Instant | null;
};

/** What a task has come to, for whoever waits for it. */
export type TaskNews = {
  readonly tenantId: TenantId;
  readonly id: string;
  readonly sequence: number;
  readonly hasEnded: boolean;
};

/** A task as a guarded row keeps it. */
export function taskOf(value: Json): Task {
  return value as unknown as Task;
}

/** Whether a task never changes again. */
export function hasEnded({ state }: Pick<Task, 'state'>): boolean {
  return state !== 'running' && state !== 'waiting';
}

/** When a task that says nothing more has stalled; null when it cannot. */
export function stallsAt({ state, isStalled, stallAfterMs, reportedAt }: Task): Instant | null {
  if (state !== 'running' || isStalled || stallAfterMs === null) return null;
  return (reportedAt + stallAfterMs) as Instant;
}
