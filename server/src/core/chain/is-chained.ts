import type { Event } from '../event.ts';

/**
 * Whether an event counts for the volume of its chain: it continues one or names one. Reports of
 * progress do not, however many there are.
 */
export function isChained({
  id,
  type,
  correlationId,
}: Pick<Event, 'id' | 'type' | 'correlationId'>): boolean {
  return correlationId !== id && type !== uncountedType;
}

/** The type of which a chain may have any number. */
export const uncountedType = 'task.progress';
