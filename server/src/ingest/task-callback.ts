import type { Seal } from '../core/seal.ts';
import type { Task } from '../core/task/task.ts';
import type { GuardedRef } from './change-guarded.ts';
import type { NewCallback } from './new-event.ts';

/** The callback of a task as its row keeps it; null for none. */
export function sealedCallback(
  seal: Seal,
  ref: GuardedRef,
  callback: NewCallback | null,
): string | null {
  return callback === null ? null : seal.seal(placeOf(ref), JSON.stringify(callback));
}

/** The callback as it was given; null for none. */
export function openedCallback(
  seal: Seal,
  ref: GuardedRef,
  { callback }: Pick<Task, 'callback'>,
): NewCallback | null {
  return callback === null ? null : (JSON.parse(seal.open(placeOf(ref), callback)) as NewCallback);
}

function placeOf({ tenantId, kind, id }: GuardedRef): readonly string[] {
  return [tenantId, kind, id];
}
