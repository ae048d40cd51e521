import type { Static } from 'typebox';
import { AppError } from '../../core/app-error.ts';
import type { TenantId } from '../../core/ids.ts';
import { parseAround, sliceElements, sliceMembers } from '../../core/json-slice.ts';
import type { SlicedObject } from '../../core/json-slice.ts';
import { limits } from '../../core/limits.ts';
import type { Accepted, NewEvent } from '../../ingest/new-event.ts';
import { assertValid, checkerOf } from '../checker.ts';
import type { ApiDeps } from '../deps.ts';
import { replayOf } from '../idempotency.ts';
import { problemOf } from '../problem.ts';
import { readEvent } from '../read-event.ts';
import { sliceFailure } from '../read-json.ts';
import { route } from '../route.ts';
import type { Call } from '../route.ts';
import {
  AcceptedBody,
  AcceptedManyBody,
  NewEventBody,
  NewEventsBody,
} from '../schemas/event-schema.ts';

const checkEvent = checkerOf(NewEventBody);
const checkEvents = checkerOf(NewEventsBody);
const sliced = ['data'];

/** Accepts one event. */
export const createEvent = route({
  method: 'POST',
  path: '/v1/events',
  summary: 'Accept an event; the answer comes after it is durable',
  scope: 'events:write',
  body: NewEventBody,
  isBodyRaw: true,
  bodyBytes: limits.eventBytes + limits.envelopeBytes,
  isIdempotent: true,
  answers: { 202: AcceptedBody },
  fails: [
    'validation_failed',
    'payload_too_large',
    'fan_out_too_large',
    'address_forbidden',
    'too_many_callback_origins',
    'idempotency_conflict',
    'overloaded',
    'disk_full',
  ],
  handle: async (call, deps) => {
    const object = sliceMembers(call.raw, sliced);
    if (object.is === 'invalid') throw sliceFailure(object, call.raw);
    const event = readSliced(deps, call.raw, object);
    const [accepted] = await deps.ingest.accept(call.access.tenant, [event], keeping(call));
    if (accepted === undefined) throw new Error('ingest left an event unanswered');
    if (accepted.is === 'repeated') return replayOf(accepted.row);
    return { status: 202, body: acceptedView(accepted) };
  },
});

/** Accepts several events, each for itself. */
export const createEvents = route({
  method: 'POST',
  path: '/v1/events/batch',
  summary: 'Accept up to 1,000 events, each for itself',
  scope: 'events:write',
  body: NewEventsBody,
  isBodyRaw: true,
  bodyBytes: limits.batchBytes,
  answers: { 202: AcceptedManyBody },
  fails: ['validation_failed', 'payload_too_large', 'overloaded', 'disk_full'],
  handle: async (call, deps) => {
    const read = readMany(deps, call.raw);
    const results = await acceptMany(deps, call.access.tenant, read);
    const rejectedCount = results.filter((each) => 'error' in each).length;
    const acceptedCount = results.length - rejectedCount;
    return { status: 202, body: { acceptedCount, rejectedCount, results } };
  },
});

type Result = ReturnType<typeof acceptedView> | { error: ReturnType<typeof problemOf> };

function readSliced(deps: ApiDeps, raw: Buffer, object: SlicedObject): NewEvent {
  const envelope = parseAround(raw, object);
  assertValid(checkEvent(envelope));
  const { start, end } = object.members.get('data') ?? object.range;
  return readEvent(deps, envelope as Static<typeof NewEventBody>, raw.subarray(start, end));
}

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

async function acceptMany(
  { ingest, ids }: ApiDeps,
  tenant: TenantId,
  read: readonly (NewEvent | AppError)[],
): Promise<Result[]> {
  const events = read.filter((each): each is NewEvent => !(each instanceof AppError));
  const accepted = events.length === 0 ? [] : await ingest.accept(tenant, events);
  let next = 0;
  return read.map((each) => {
    if (each instanceof AppError) return { error: problemOf(each, ids.make('request')) };
    const answer = accepted[next];
    next += 1;
    if (answer === undefined) throw new Error('ingest left an event unanswered');
    const failure = failureOf(answer);
    return failure === null
      ? acceptedView(answer)
      : { error: problemOf(failure, ids.make('request')) };
  });
}

function failureOf(accepted: Accepted): AppError | null {
  if (accepted.is !== 'failed') return null;
  return new AppError(accepted.code, accepted.detail ?? undefined);
}

function acceptedView(accepted: Accepted): Static<typeof AcceptedBody> {
  switch (accepted.is) {
    case 'accepted': {
      const { id, deliveryCount, callbackSignedWith: signedWith } = accepted;
      const view = { id, duplicate: false, deliveryCount };
      return signedWith === null ? view : { ...view, callback: { signedWith } };
    }
    case 'duplicate': {
      const { id, deliveryCount, isSameContent } = accepted;
      return { id, duplicate: true, deliveryCount, sameContent: isSameContent };
    }
    case 'failed':
      throw new AppError(accepted.code, accepted.detail ?? undefined);
    case 'repeated':
      throw new Error('a kept answer was given to a request without an idempotency key');
    default:
      return accepted satisfies never;
  }
}

function keeping({ idempotency }: Call) {
  if (idempotency === null) return undefined;
  return (accepted: Accepted) => idempotency.row(202, JSON.stringify(acceptedView(accepted)));
}
