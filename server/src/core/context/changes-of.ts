import type { EntityValues } from './apply-changes.ts';
import { absent, realChanges } from './changes.ts';
import type { Changes, FieldChange } from './changes.ts';
import { patchJson } from './patch-json.ts';

/**
 * What a JSON Merge Patch changes in the values of an entity, field by field; what it leaves as it
 * was is no change. A field that is not there counts as `null`.
 *
 * @param patch  the members of the patch, as JSON text.
 */
export function changesOf(values: EntityValues, patch: ReadonlyMap<string, string>): Changes {
  const changes = new Map<string, FieldChange>();
  for (const [field, text] of patch) {
    const old = values.get(field) ?? absent;
    changes.set(field, { old, new: text === absent ? absent : patchJson(old, text) });
  }
  return realChanges(changes);
}

/**
 * What somebody says has changed, as it is to be told: an `old` that was left out is filled from
 * the values known here, and stays out when none is known; equal ones are no change.
 */
export function toldChanges(values: EntityValues, said: Changes): Changes {
  const filled = new Map<string, FieldChange>();
  for (const [field, change] of said) {
    filled.set(field, { old: change.old ?? values.get(field) ?? null, new: change.new });
  }
  return realChanges(filled);
}
