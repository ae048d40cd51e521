import type { TaskEventType } from '../core/task/task-event.ts';
import type { Subscription } from '../core/subscription.ts';
import type { Coalescing } from '../store/queue.ts';
import type { Carried } from './carried.ts';

/**
 * How the deliveries of a task's event stand for each other: in order per endpoint; a later report
 * of a step takes the place of an unsent one, an end that of every report but the first of each
 * step. What an endpoint is to hear in any case is kept.
 */
export function taskCarried(
  taskId: string,
  report: { readonly type: TaskEventType; readonly step: string | null; readonly isFirst: boolean },
): Pick<Carried, 'orderKey' | 'coalescing' | 'fields'> {
  // No entity's key begins so.
  const group = `\u0000task\u0000${taskId}`;
  const coalescing = latestOf(group, report);
  return {
    orderKey: group,
    coalescing: (subscription: Subscription | null) =>
      subscription?.coalesce === false ? null : coalescing,
    fields: null,
  };
}

function latestOf(
  group: string,
  { type, step, isFirst }: Parameters<typeof taskCarried>[1],
): Coalescing {
  const kept = { is: 'latest', group, part: '', isKept: true } as const;
  switch (type) {
    case 'task.progress': {
      const part = `step\u0000${step ?? ''}`;
      return { ...kept, part, isKept: isFirst, supersedes: isFirst ? 'none' : 'part' };
    }
    case 'task.started':
    case 'task.waiting':
    case 'task.stalled':
      return { ...kept, supersedes: 'none' };
    case 'task.completed':
    case 'task.failed':
    case 'task.cancelled':
      return { ...kept, supersedes: 'all' };
    default:
      return type satisfies never;
  }
}
