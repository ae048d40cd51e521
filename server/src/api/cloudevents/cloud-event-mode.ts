import type { IncomingHttpHeaders } from 'node:http';

/** How a request carries CloudEvents; null when it carries none. */
export type CloudEventMode = 'binary' | 'structured' | 'batched' | null;

/** The media types of the JSON event format. */
export const cloudEventTypes = {
  structured: 'application/cloudevents+json',
  batched: 'application/cloudevents-batch+json',
} as const;

const anyFormat = 'application/cloudevents';

/** Tells CloudEvents from plain events by the headers alone. */
export function cloudEventMode(headers: IncomingHttpHeaders): CloudEventMode {
  const given = headers['content-type'];
  // Most requests are plain events, and say exactly this.
  if (given !== undefined && given !== 'application/json') {
    const type = given.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (type === cloudEventTypes.structured) return 'structured';
    if (type === cloudEventTypes.batched) return 'batched';
    // A format that is not known here is no data of a binary event, whatever its headers say.
    if (type.startsWith(anyFormat)) return null;
  }
  return isBinary(headers) ? 'binary' : null;
}

function isBinary(headers: IncomingHttpHeaders): boolean {
  return headers['ce-specversion'] !== undefined || headers['ce-id'] !== undefined;
}
