import { Buffer } from 'node:buffer';
import type { EntityRef } from '../event.ts';
import type { Instant } from '../instant.ts';
import { changesJson } from './changes.ts';
import type { Changes } from './changes.ts';
import { jsonObject } from './json-members.ts';

/** A change of an entity, as its event tells it. */
export type ContextChange = {
  readonly entity: EntityRef;
  readonly changes: Changes;
  readonly at: Instant;
  readonly source: string | null;
  readonly version: number;
};

/** The data of `context.updated`, in UTF-8. */
export function contextData({ entity, changes, at, source, version }: ContextChange): Uint8Array {
  const { type, id } = entity;
  return Buffer.from(
    jsonObject(
      new Map([
        ['entity', JSON.stringify({ type, id })],
        ['changes', changesJson(changes)],
        ['timestamp', JSON.stringify(new Date(at).toISOString())],
        ['source', JSON.stringify(source)],
        ['version', String(version)],
      ]),
    ),
  );
}
