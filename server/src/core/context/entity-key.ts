import type { EntityRef } from '../event.ts';

/**
 * Names an entity within its tenant: the id of its guarded row and the key of its order. Its parts
 * are parted by a character that neither may have.
 */
export function entityKey({ type, id }: EntityRef): string {
  return `${type}\u0000${id}`;
}

/** The entity that a key names. */
export function entityOfKey(key: string): EntityRef {
  const at = key.indexOf('\u0000');
  return { type: key.slice(0, at), id: key.slice(at + 1) };
}
