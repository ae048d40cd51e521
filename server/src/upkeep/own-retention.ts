import { later } from '../core/instant.ts';
import type { Instant } from '../core/instant.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { OwnRetention } from '../store/store.ts';

/** What event types and tenants say of their retention; null when none says anything. */
export function ownRetention(
  mirror: Pick<CatalogueMirror, 'list'>,
  now: Instant,
): Omit<OwnRetention, 'isFresh'> | null {
  const types = mirror
    .list('event_type', null)
    .flatMap(({ value: { id, retentionMs } }) =>
      retentionMs === null ? [] : [[id, later(now, -retentionMs)] as const],
    );
  const tenants = mirror
    .list('tenant', null)
    .flatMap(({ value: { id, retentionMs = null } }) =>
      retentionMs === null ? [] : [[id, later(now, -retentionMs)] as const],
    );
  return types.length + tenants.length === 0 ? null : { types, tenants };
}
