import { createHash } from 'node:crypto';
import type { EventId } from './ids.ts';
import { idPrefixes } from './ids.ts';

/** What names a CloudEvent: its id within its source. */
export type CloudEventIdentity = { readonly source: string; readonly id: string };

/** The event id of a CloudEvent whose own id cannot be one, or is taken by another source. */
export function cloudEventId({ source, id }: CloudEventIdentity): EventId {
  const digest = createHash('sha256')
    .update(JSON.stringify([source, id]))
    .digest('base64url');
  return `${idPrefixes.event}_${digest}` as EventId;
}
