import { changesJson } from '../../core/context/changes.ts';
import type { Changes } from '../../core/context/changes.ts';
import { entityOf } from '../../core/context/entity.ts';
import type { Entity } from '../../core/context/entity.ts';
import { entityOfKey } from '../../core/context/entity-key.ts';
import { jsonObject } from '../../core/context/json-members.ts';
import type { EntityRef } from '../../core/event.ts';
import type { Instant } from '../../core/instant.ts';
import type { EntityAnswer } from '../../ingest/entities.ts';
import type { GuardedRow } from '../../store/finder.ts';
import { instantText, instantTextOrNull } from '../instant-text.ts';
import { withMember } from './event-view.ts';

/** What came of a change, as it is shown. */
export function entityChangedView(
  { type, id }: EntityRef,
  answer: Exclude<EntityAnswer, { is: 'kept' }>,
) {
  const { version } = answer;
  const isChanged = answer.is === 'changed';
  return {
    changed: isChanged,
    entity: { type, id },
    version,
    eventId: isChanged ? answer.eventId : null,
    deliveryCount: isChanged ? answer.deliveryCount : 0,
  };
}

/** An entity as lists show it. */
export function entitySummaryView(row: GuardedRow) {
  const entity = entityOf(row.value);
  return { ...headOf(row, entity), fieldCount: entity.values.size };
}

/** An entity as JSON text in which its values keep theirs. */
export function entityText(row: GuardedRow): string {
  const entity = entityOf(row.value);
  return withMember(headOf(row, entity), `"values":${jsonObject(entity.values)}`);
}

function headOf({ id: key, tenantId, version }: GuardedRow, entity: Entity) {
  const { source, createdAt, updatedAt } = entity;
  const { type, id } = entityOfKey(key);
  return {
    ...{ type, id, tenantId, version, source },
    createdAt: instantText(createdAt),
    updatedAt: instantText(updatedAt),
  };
}

/** A version of an entity with what it changed. */
export type ToldVersion = {
  readonly version: number;
  /** Null when it was erased. */
  readonly at: Instant | null;
  readonly source: string | null;
  readonly changes: Changes;
};

/** The history of an entity as JSON text. */
export function entityChangesText(
  { entity, since, version }: { entity: EntityRef; since: number; version: number },
  { versions, changes }: { versions: readonly ToldVersion[]; changes: Changes },
): string {
  const upTo = versions.at(-1)?.version ?? since;
  const { type, id } = entity;
  const head = { entity: { type, id }, since, upTo, version, isComplete: upTo === version };
  const each = versions.map(versionText).join(',');
  return withMember(head, `"changes":${changesJson(changes)},"versions":[${each}]`);
}

function versionText({ version, at, source, changes }: ToldVersion): string {
  return withMember(
    { version, at: instantTextOrNull(at), source },
    `"changes":${changesJson(changes)}`,
  );
}
