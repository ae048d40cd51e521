import type { AttemptRecord, PlannedEvent } from '../queue.ts';

const eventBytes = 512;
const deliveryBytes = 256;
const attemptBytes = 512;

/** About how many bytes a planned event takes in memory and in a commit. */
export function weighEvent({ event, deliveries, idempotency }: PlannedEvent): number {
  const kept = idempotency?.body.byteLength ?? 0;
  return eventBytes + event.data.byteLength + kept + deliveries.length * deliveryBytes;
}

/** About how many bytes a record takes. */
export function weighRecord({ attempt }: AttemptRecord): number {
  return attemptBytes + ((attempt?.detail.length ?? 0) + (attempt?.answerBody?.byteLength ?? 0));
}
