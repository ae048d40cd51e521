import { Buffer } from 'node:buffer';
import type { MergedVersions } from '../delivery.ts';
import { changesJson, changesOfNote, mergeChanges, realChanges } from './changes.ts';
import type { Changes } from './changes.ts';
import { jsonMembers, jsonObject } from './json-members.ts';

/**
 * Folds the notes of versions that follow each other, oldest first, into one: the first old, the
 * last new of each field, without those that came back to what they were. Null when nothing is
 * left. The same notes always make the same changes, in the order in which fields first appeared.
 */
export function foldChanges(notes: Iterable<Uint8Array>): Changes | null {
  let merged: Changes = new Map();
  for (const note of notes) merged = mergeChanges(merged, changesOfNote(note));
  const left = realChanges(merged);
  return left.size === 0 ? null : left;
}

/**
 * The data of a merged `context.updated`: that of the last event, its changes folded, and in
 * `mergedFrom` the version of the first. Null when nothing is left to tell.
 *
 * @param data   of the event of version `merged.to`.
 * @param notes  of the versions from `merged.from` to `merged.to`, oldest first.
 */
export function foldedData(
  data: Uint8Array,
  notes: Iterable<Uint8Array>,
  { from, to }: MergedVersions,
): Uint8Array | null {
  if (from === to) return data;
  const changes = foldChanges(notes);
  const members = jsonMembers(data)?.members;
  if (changes === null || members === undefined) return null;
  const told = new Map(members).set('changes', changesJson(changes));
  return Buffer.from(jsonObject(told.set('mergedFrom', String(from))));
}
