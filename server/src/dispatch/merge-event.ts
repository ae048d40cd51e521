import { Buffer } from 'node:buffer';
import { changesJson, changesOfNote, mergeChanges } from '../core/context/changes.ts';
import type { Changes } from '../core/context/changes.ts';
import { entityKey } from '../core/context/entity-key.ts';
import { foldedData } from '../core/context/fold-changes.ts';
import type { MergedVersions } from '../core/delivery.ts';
import type { EntityRef, StoredEvent } from '../core/event.ts';
import { limits } from '../core/limits.ts';
import type { Finder } from '../store/finder.ts';

/** The event of a merged delivery as it is told; null when nothing is left to tell. */
export type MergeEvent = (
  event: StoredEvent,
  merged: MergedVersions,
) => Promise<StoredEvent | null>;

/**
 * Makes the body of a delivery that tells of several changes of one entity: its own event's, with
 * the changes of all from the history folded into one. It is made anew for each attempt and is
 * always the same, for neither the history nor what a delivery merges ever changes; what was erased
 * from the history is told of no more.
 */
export function mergeEvents(finder: Pick<Finder, 'guardedHistory'>): MergeEvent {
  return async (event, merged) => {
    if (event.entity === null) return event;
    const changes = await changesOf(finder, { event, entity: event.entity, merged });
    const note = Buffer.from(`{"changes":${changesJson(changes)}}`);
    const data = foldedData(event.data, [note], merged);
    return data === null ? null : { ...event, data };
  };
}

async function changesOf(
  finder: Pick<Finder, 'guardedHistory'>,
  { event, entity, merged }: { event: StoredEvent; entity: EntityRef; merged: MergedVersions },
): Promise<Changes> {
  const of = { tenantId: event.tenantId, kind: 'entity', id: entityKey(entity) } as const;
  // The last change stands in the event itself.
  const upTo = merged.to - 1;
  let changes: Changes = new Map();
  for (let after = merged.from - 1; after < upTo;) {
    const limit = limits.notesPerRead;
    const versions = await finder.guardedHistory({ ...of, after, upTo, limit });
    for (const { note } of versions) {
      if (note !== null) changes = mergeChanges(changes, changesOfNote(note));
    }
    after = versions.length < limit ? upTo : (versions.at(-1)?.version ?? upTo);
  }
  return mergeChanges(changes, changesOfNote(event.data));
}
