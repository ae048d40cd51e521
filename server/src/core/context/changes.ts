import { Buffer } from 'node:buffer';
import { instant } from '../instant.ts';
import type { Instant } from '../instant.ts';
import { jsonMembers, jsonObject } from './json-members.ts';
import { isSameJson } from './same-json.ts';

/** What became of one field of an entity; values are JSON text, so that no number loses digits. */
export type FieldChange = {
  /** `null` (the text) when the field was not there before; null when nobody knows. */
  readonly old: string | null;
  /** `null` (the text) when the field was removed, as in a JSON Merge Patch. */
  readonly new: string;
};

/** Changed fields by name, in the order in which they first appeared. */
export type Changes = ReadonlyMap<string, FieldChange>;

/** How a field that is not there stands in a change. */
export const absent = 'null';

/** Joins changes with later ones of the same entity: the first old, the last new of each field. */
export function mergeChanges(first: Changes, then: Changes): Changes {
  const merged = new Map(first);
  for (const [field, change] of then) {
    const before = merged.get(field);
    merged.set(field, { old: before === undefined ? change.old : before.old, new: change.new });
  }
  return merged;
}

/** Leaves out the fields that have come back to what they were. */
export function realChanges(changes: Changes): Changes {
  return new Map([...changes].filter(([, change]) => !isUndone(change)));
}

function isUndone(change: FieldChange): boolean {
  return change.old !== null && isSameJson(change.old, change.new);
}

/** The JSON of changes, as it stands in `context.updated`: `{field: {old?, new}}`. */
export function changesJson(changes: Changes): string {
  const fields = Array.from(changes, ([field, { old, new: now }]): [string, string] => [
    field,
    old === null ? `{"new":${now}}` : `{"old":${old},"new":${now}}`,
  ]);
  return jsonObject(new Map(fields));
}

/** The changes that such JSON tells of; what is not a change is left out. */
export function readChanges(json: string | Uint8Array): Changes {
  const changes = new Map<string, FieldChange>();
  for (const [field, text] of jsonMembers(json)?.members ?? []) {
    const parts = jsonMembers(text)?.members;
    const now = parts?.get('new');
    if (now !== undefined) changes.set(field, { old: parts?.get('old') ?? null, new: now });
  }
  return changes;
}

/**
 * What the history of an entity keeps of a version, in UTF-8: `{"changes":{…}}`, with when and by
 * whom it was changed.
 */
export function changesNote(
  changes: Changes,
  { at, source }: { at: Instant; source: string | null },
): Uint8Array {
  const told = `"at":${at},"source":${JSON.stringify(source)}`;
  return Buffer.from(`{"changes":${changesJson(changes)},${told}}`);
}

/** The changes of such a note. */
export function changesOfNote(note: Uint8Array): Changes {
  const json = jsonMembers(note)?.members.get('changes');
  return json === undefined ? new Map() : readChanges(json);
}

/** When and by whom a version was changed, by its note; null where that says nothing. */
export function originOfNote(note: Uint8Array): { at: Instant | null; source: string | null } {
  const members = jsonMembers(note)?.members;
  const source = JSON.parse(members?.get('source') ?? 'null') as string | null;
  const at = members?.get('at');
  return { at: at === undefined ? null : instant(Number(at)), source };
}
