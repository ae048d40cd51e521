import { absent } from './changes.ts';
import type { Changes } from './changes.ts';

/** The fields of an entity by name, each as JSON text; one that is not there has no entry. */
export type EntityValues = ReadonlyMap<string, string>;

/** The values after changes; a field that was there keeps its place. */
export function applyChanges(values: EntityValues, changes: Changes): EntityValues {
  const after = new Map(values);
  for (const [field, { new: now }] of changes) {
    if (now === absent) after.delete(field);
    else after.set(field, now);
  }
  return after;
}
