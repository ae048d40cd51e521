import { AppError } from '../core/app-error.ts';
import { applyChanges } from '../core/context/apply-changes.ts';
import type { EntityValues } from '../core/context/apply-changes.ts';
import { changesNote } from '../core/context/changes.ts';
import type { Changes } from '../core/context/changes.ts';
import { contextEventType } from '../core/context/context-event-type.ts';
import { contextData } from '../core/context/context-data.ts';
import type { ContextChange } from '../core/context/context-data.ts';
import { entityOf, entityRow } from '../core/context/entity.ts';
import type { Entity } from '../core/context/entity.ts';
import { valuesErrors } from '../core/context/entity-errors.ts';
import { entityKey } from '../core/context/entity-key.ts';
import type { EntityRef } from '../core/event.ts';
import type { Instant } from '../core/instant.ts';
import type { JsonObject } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import type { Subscription } from '../core/subscription.ts';
import type { TraceContext } from '../core/trace-context.ts';
import type { GuardedRow } from '../store/finder.ts';
import type { Coalescing } from '../store/queue.ts';
import type { GuardedStep } from './change-guarded.ts';
import type { KeepAnswer, NewEvent } from './new-event.ts';

/** A change of an entity as somebody asks for it; what it holds was checked where it entered. */
export type EntityChange = {
  readonly entity: EntityRef;
  /** What changes in the values that are known. */
  readonly changesIn: (values: EntityValues) => Changes;
  /** Where the request has the changes, for mistakes in them: a JSON pointer. */
  readonly pointer: string;
  /** Throws when the change is not meant for this version; 0 when the entity is not known. */
  readonly assertVersion: (version: number) => void;
  readonly source: string | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly metadata: JsonObject | null;
  readonly trace: TraceContext | null;
};

/** What follows from a change, once it is known how the entity stands. */
export type EntityDecision = { readonly version: number; readonly isChanged: boolean };

/** Decides a change; nothing that differs is no new version. */
export function entityStep(
  { row, now }: { row: GuardedRow | null; now: Instant },
  change: EntityChange,
  keep: ((version: number) => KeepAnswer) | null,
): GuardedStep<EntityDecision> {
  const before = row === null ? null : entityOf(row.value);
  change.assertVersion(row?.version ?? 0);
  const values: EntityValues = before?.values ?? new Map<string, string>();
  const changes = change.changesIn(values);
  if (changes.size === 0) {
    return { is: 'unchanged', answer: { version: row?.version ?? 0, isChanged: false } };
  }
  const after = applyChanges(values, changes);
  const errors = valuesErrors(after, change.pointer);
  if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
  const { entity, source } = change;
  const version = (row?.version ?? 0) + 1;
  const told = { entity, changes, at: now, source, version };
  const kept = { values: after, source, createdAt: before?.createdAt ?? now, updatedAt: now };
  return {
    is: 'event',
    event: contextEvent(change, told),
    carries: carriedOf(told),
    write: writeOf(told, kept),
    answer: { version, isChanged: true },
    ...(keep === null ? {} : { keep: keep(version) }),
  };
}

function contextEvent(change: EntityChange, told: ContextChange): NewEvent {
  const { entity, source, correlationId, causationId, metadata, trace } = change;
  const data = contextData(told);
  if (data.length > limits.eventBytes) throw new AppError('payload_too_large', tooLarge);
  return {
    ...{ id: null, type: contextEventType, data, contentType: 'application/json', time: told.at },
    ...{ entity, source, correlationId, causationId, metadata, key: null, ceId: null },
    ...{ deliverAt: null, callback: null },
    ...(trace === null ? {} : { trace }),
  };
}

const tooLarge = `The event of this change would be over ${limits.eventBytes} bytes.`;

function carriedOf({ entity, changes, version }: ContextChange) {
  const group = entityKey(entity);
  return {
    orderKey: group,
    coalescing: (subscription: Subscription | null) => windowOf(subscription, { group, version }),
    fields: [...changes.keys()],
  };
}

/** Changes are merged for those who ask for it; others hear of each. */
function windowOf(
  subscription: Subscription | null,
  place: { group: string; version: number },
): Coalescing | null {
  const wish = subscription?.coalesce ?? false;
  return wish === false ? null : { is: 'window', ...place, ...wish };
}

function writeOf({ entity, changes }: ContextChange, kept: Entity) {
  return {
    value: entityRow(kept),
    group: entity.type,
    hasHistory: true,
    note: changesNote(changes, { at: kept.updatedAt, source: kept.source }),
  };
}
