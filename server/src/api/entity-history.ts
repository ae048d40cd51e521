import { AppError } from '../core/app-error.ts';
import { changesOfNote, originOfNote } from '../core/context/changes.ts';
import { entityKey } from '../core/context/entity-key.ts';
import type { EntityRef } from '../core/event.ts';
import type { TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Finder, GuardedVersion } from '../store/finder.ts';
import type { ToldVersion } from './views/entity-view.ts';

/** Which versions are wanted: at most `limit` after `since`, which is below `version`. */
export type HistoryWish = {
  readonly tenantId: TenantId;
  readonly entity: EntityRef;
  readonly since: number;
  /** The version that it has. */
  readonly version: number;
  readonly limit: number;
};

/**
 * Reads versions of an entity, oldest first, until there are enough or they weigh
 * `limits.entityHistoryBytes`. Throws `too_old` when the first of them is not kept any more.
 */
export async function entityHistory(
  finder: Pick<Finder, 'guardedHistory'>,
  wish: HistoryWish,
): Promise<ToldVersion[]> {
  const told: ToldVersion[] = [];
  let bytes = 0;
  let after = wish.since;
  while (after < wish.version && told.length < wish.limit && bytes < limits.entityHistoryBytes) {
    const some = await readSome(finder, { ...wish, since: after, limit: wish.limit - told.length });
    if (some[0]?.version !== after + 1) throw new AppError('too_old');
    for (const each of some) {
      if (bytes >= limits.entityHistoryBytes) break;
      bytes += each.note?.length ?? 0;
      after = each.version;
      told.push(toldVersion(each));
    }
  }
  return told;
}

function readSome(
  finder: Pick<Finder, 'guardedHistory'>,
  { tenantId, entity, since, version, limit }: HistoryWish,
): Promise<GuardedVersion[]> {
  return finder.guardedHistory({
    ...{ tenantId, kind: 'entity', id: entityKey(entity) },
    ...{ after: since, upTo: version },
    limit: Math.min(limit, limits.entityHistoryRows),
  });
}

function toldVersion({ version, note }: GuardedVersion): ToldVersion {
  const bytes = note ?? new Uint8Array();
  return { version, ...originOfNote(bytes), changes: changesOfNote(bytes) };
}
