import type { Coalescing, GuardedWrite, PlannedEvent } from '../store/queue.ts';
import type { Subscription } from '../core/subscription.ts';
import type { KeepAnswer } from './new-event.ts';

/**
 * What an event brings along as the step of a task, the change of an entity or the version of a
 * bundle; whoever publishes plain events has none.
 */
export type Carried = {
  /** Saved with the event or not at all. */
  readonly writes: readonly GuardedWrite[];
  /** The key of its deliveries' order, whatever a subscription says; null leaves it to that. */
  readonly orderKey: string | null;
  /** How its delivery through a subscription (null: its callback) stands for others; null: not. */
  readonly coalescing: ((subscription: Subscription | null) => Coalescing | null) | null;
  /** The fields of the entity that changed; null when it is not about fields. */
  readonly fields: readonly string[] | null;
  /** A replay that begins with it, looking back; not there when none does. */
  readonly replay?: PlannedEvent['replay'];
  /** Keeps the answer of the request that it comes from; not there when none is kept. */
  readonly keep?: KeepAnswer;
};
