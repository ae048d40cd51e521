import type { CallbackTarget } from '../../core/callback.ts';
import type { Json } from '../../core/json.ts';
import type { AttemptRecord, GuardedWrite, PlannedEvent } from '../queue.ts';

const eventBytes = 512;
const deliveryBytes = 256;
const attemptBytes = 512;
const writeBytes = 256;
const jsonScalarBytes = 8;

/** About how many bytes a planned event takes in memory and in a commit. */
export function weighEvent({ event, deliveries, writes, idempotency }: PlannedEvent): number {
  const kept = idempotency?.body.byteLength ?? 0;
  let bytes = eventBytes + event.data.byteLength + kept + deliveries.length * deliveryBytes;
  for (const { callback } of deliveries) if (callback !== undefined) bytes += weighTarget(callback);
  for (const write of writes) bytes += weighWrite(write);
  return bytes;
}

function weighTarget({ url, headers }: CallbackTarget): number {
  const headerChars = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return deliveryBytes + url.length + headerChars;
}

function weighWrite({ value, note, content }: GuardedWrite): number {
  return writeBytes + weighJson(value) + (note?.byteLength ?? 0) + (content?.byteLength ?? 0);
}

/** About its length as text; nothing is written for that. */
function weighJson(value: Json): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return jsonScalarBytes;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + weighJson(each), 2);
  return Object.entries(value).reduce(
    (sum, [name, each]) => sum + name.length + 4 + weighJson(each),
    2,
  );
}

/** About how many bytes a record takes. */
export function weighRecord({ attempt }: AttemptRecord): number {
  return attemptBytes + ((attempt?.detail.length ?? 0) + (attempt?.answerBody?.byteLength ?? 0));
}
