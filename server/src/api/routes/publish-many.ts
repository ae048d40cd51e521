import { AppError } from '../../core/app-error.ts';
import { parseAround, sliceElements } from '../../core/json-slice.ts';
import { limits } from '../../core/limits.ts';
import type { NewEvent } from '../../ingest/new-event.ts';
import { acceptMany } from '../accept-many.ts';
import { assertValid, checkerOf } from '../checker.ts';
import { cloudEventMode, cloudEventTypes } from '../cloudevents/cloud-event-mode.ts';
import type { ApiDeps } from '../deps.ts';
import { sliceFailure } from '../read-json.ts';
import { route } from '../route.ts';
import { CloudEventBatchBody } from '../schemas/cloud-event-schema.ts';
import { AcceptedManyBody, NewEventsBody } from '../schemas/event-schema.ts';
import { publishCloudEventBatch } from './publish-cloud-event-batch.ts';
import { traceHeaders } from '../traced.ts';
import { readSliced } from './publish.ts';

const checkEvents = checkerOf(NewEventsBody);
const sliced = ['data'];

/** Accepts several events, each for itself. */
export const createEvents = route({
  method: 'POST',
  path: '/v1/events/batch',
  summary: 'Accept up to 1,000 events, each for itself',
  scope: 'events:write',
  body: NewEventsBody,
  otherBodies: { [cloudEventTypes.batched]: CloudEventBatchBody },
  headers: traceHeaders,
  isBodyRaw: true,
  bodyBytes: limits.batchBytes,
  isIdempotent: true,
  answers: { 202: AcceptedManyBody },
  fails: ['validation_failed', 'payload_too_large', 'overloaded', 'disk_full'],
  handle: async (call, deps) => {
    if (cloudEventMode(call.headers) === 'batched') return publishCloudEventBatch(deps, call);
    const read = readMany(deps, call.raw);
    return acceptMany(deps, call, {
      read,
      accept: (tenantId, events) => deps.ingest.accept(tenantId, events),
    });
  },
});

/** Each element as an event, or what is wrong with it. */
function readMany(deps: ApiDeps, raw: Buffer): (NewEvent | AppError)[] {
  const list = sliceElements(raw, 'events', sliced);
  if (list.is === 'invalid') throw sliceFailure(list, raw);
  const { elements } = list;
  if (elements === null || elements.length === 0) {
    assertValid(checkEvents(JSON.parse(raw.toString('utf8'))));
    return [];
  }
  assertValid(checkEvents({ ...(parseAround(raw, list) as object), events: [null] }));
  return elements.map((element) =>
    element.is === 'invalid'
      ? sliceFailure(element, raw)
      : tried(() => readSliced(deps, raw, element)),
  );
}

function tried(read: () => NewEvent): NewEvent | AppError {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
