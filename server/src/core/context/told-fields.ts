import type { Event } from '../event.ts';
import { readChanges } from './changes.ts';
import { contextEventType } from './context-event-type.ts';
import { jsonMembers } from './json-members.ts';

/**
 * The fields that an event tells the change of; null when it is not about fields. What somebody
 * publishes as a plain event of that type is taken for such an event if it looks like one.
 */
export function toldFields({ type, entity, data }: Event): readonly string[] | null {
  if (type !== contextEventType || entity === null) return null;
  const changes = data.length === 0 ? undefined : jsonMembers(data)?.members.get('changes');
  return changes === undefined ? [] : [...readChanges(changes).keys()];
}
