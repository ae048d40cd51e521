import { Buffer } from 'node:buffer';

const dataBytes = 1_024;

/** Sixteen characters that a publisher overwrites with the microsecond of sending. */
export const sentAtBlank = '0000000000000000';

/** The text before the microsecond of sending. */
export const sentAtLabel = '"sentAtUs":"';

const step = '{"taskId":"task_bench","step":"embed","progress":0.5,';
const padding = 'x'.repeat(dataBytes - step.length - sentAtLabel.length - 16 - 11);

// About 1 KiB, the same in every row.
const eventData = `${step}${sentAtLabel}${sentAtBlank}","note":"${padding}"}`;

/** What arrives at an endpoint for an event with that data. */
export const deliveryBody = Buffer.from(
  `{"type":"task.progress","timestamp":"2026-01-01T00:00:00.000Z","data":${eventData}}`,
);

/** The secret that the loop signs with. */
export const deliverySecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** An event as `POST /v1/events` takes it. */
export function eventBody({ type = 'task.progress', key = '' } = {}): string {
  const keyed = key === '' ? '' : `"key":"${key}",`;
  return `{"type":"${type}",${keyed}"data":${eventData}}`;
}

/** Events as `POST /v1/events/batch` takes them. */
export function batchBody(count: number, event = eventBody()): string {
  return `{"events":[${Array<string>(count).fill(event).join(',')}]}`;
}
