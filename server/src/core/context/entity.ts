import type { Instant } from '../instant.ts';
import type { Json } from '../json.ts';
import type { EntityValues } from './apply-changes.ts';
import { jsonMembers, jsonObject } from './json-members.ts';

/** What an entity is at present, as far as it was told; its version stands beside it. */
export type Entity = {
  readonly values: EntityValues;
  /** Of its newest change; null when that named none. */
  readonly source: string | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

/** As its guarded row keeps it: the values as JSON text, so that no number loses digits. */
type Kept = Omit<Entity, 'values'> & { readonly values: string };

/** The value of the guarded row of an entity. */
export function entityRow({ values, source, createdAt, updatedAt }: Entity): Json {
  const kept: Kept = { values: jsonObject(values), source, createdAt, updatedAt };
  return kept;
}

/** The entity that a guarded row keeps. */
export function entityOf(row: Json): Entity {
  const { values, ...rest } = row as unknown as Kept;
  return { ...rest, values: jsonMembers(values)?.members ?? new Map<string, string>() };
}
