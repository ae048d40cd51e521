import type { CallbackTarget } from '../../core/callback.ts';
import type { AttemptRecord, PlannedEvent } from '../queue.ts';

const eventBytes = 512;
const deliveryBytes = 256;
const attemptBytes = 512;

/** About how many bytes a planned event takes in memory and in a commit. */
export function weighEvent({ event, deliveries, idempotency }: PlannedEvent): number {
  const kept = idempotency?.body.byteLength ?? 0;
  let bytes = eventBytes + event.data.byteLength + kept + deliveries.length * deliveryBytes;
  for (const { callback } of deliveries) if (callback !== undefined) bytes += weighTarget(callback);
  return bytes;
}

function weighTarget({ url, headers }: CallbackTarget): number {
  const headerChars = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return deliveryBytes + url.length + headerChars;
}

/** About how many bytes a record takes. */
export function weighRecord({ attempt }: AttemptRecord): number {
  return attemptBytes + ((attempt?.detail.length ?? 0) + (attempt?.answerBody?.byteLength ?? 0));
}
