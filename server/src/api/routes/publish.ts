import type { Static } from 'typebox';
import { Type } from '../schemas/type.ts';
import { parseAround, sliceMembers } from '../../core/json-slice.ts';
import type { SlicedObject } from '../../core/json-slice.ts';
import { limits } from '../../core/limits.ts';
import type { Accepted, NewEvent } from '../../ingest/new-event.ts';
import { AppError } from '../../core/app-error.ts';
import { answerDryRun } from '../answer-dry-run.ts';
import { answerWaited } from '../answer-waited.ts';
import { assertValid, checkerOf } from '../checker.ts';
import { acceptCloudEvents } from '../cloudevents/accept-cloud-events.ts';
import { cloudEventMode, cloudEventTypes } from '../cloudevents/cloud-event-mode.ts';
import { readBinary } from '../cloudevents/read-binary.ts';
import { readStructured } from '../cloudevents/read-structured.ts';
import type { ApiDeps } from '../deps.ts';
import { replayOf } from '../idempotency.ts';
import { readEvent } from '../read-event.ts';
import { sliceFailure } from '../read-json.ts';
import { route } from '../route.ts';
import type { Call } from '../route.ts';
import { traced, traceHeaders } from '../traced.ts';
import { DryRunBody } from '../schemas/dry-run-schema.ts';
import { closed } from '../schemas/fields.ts';
import { CloudEventBatchBody, CloudEventBody } from '../schemas/cloud-event-schema.ts';
import {
  AcceptedBody,
  AcceptedManyBody,
  NewEventBody,
  WaitedBody,
} from '../schemas/event-schema.ts';
import { acceptedView } from '../views/accepted-view.ts';
import { publishCloudEventBatch } from './publish-cloud-event-batch.ts';

const checkEvent = checkerOf(NewEventBody);
const sliced = ['data'];
const prefersSays =
  `wait=N answers once every delivery has ended, or after N seconds (at most ` +
  `${limits.waitMs / 1_000}), with how each stands.`;

/** Accepts one event, or what comes as CloudEvents in any of their modes. */
export const createEvent = route({
  method: 'POST',
  path: '/v1/events',
  summary: 'Accept an event; the answer comes after it is durable',
  scope: 'events:write',
  body: NewEventBody,
  otherBodies: {
    [cloudEventTypes.structured]: CloudEventBody,
    [cloudEventTypes.batched]: CloudEventBatchBody,
  },
  takesAnyType: (headers) => cloudEventMode(headers) === 'binary',
  query: closed({
    dryRun: Type.Optional(
      Type.Boolean({ description: 'Publishes nothing: shows who would get it, and how.' }),
    ),
  }),
  isBodyRaw: true,
  bodyBytes: limits.eventBytes + limits.envelopeBytes,
  isIdempotent: true,
  headers: { Prefer: prefersSays, ...traceHeaders },
  answers: {
    200: Type.Union([WaitedBody, DryRunBody]),
    202: Type.Union([AcceptedBody, AcceptedManyBody]),
  },
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
    const mode = cloudEventMode(call.headers);
    if (call.query.dryRun === true) return answerDryRun(deps, call, readOne(deps, call, mode));
    if (mode === 'batched') return publishCloudEventBatch(deps, call);
    const [accepted] =
      mode === null
        ? await deps.ingest.accept(call.access.tenant, [readPlain(deps, call)], keeping(call))
        : await acceptOne(deps, call, mode);
    if (accepted === undefined) throw new Error('ingest left an event unanswered');
    if (accepted.is === 'repeated') return replayOf(accepted.row);
    const body = acceptedView(accepted);
    const { prefer } = call.headers;
    return prefer === undefined ? { status: 202, body } : answerWaited(deps, call, body);
  },
});

/** Reads an object that was sliced out of a body as an event; its data keeps its bytes. */
export function readSliced(deps: ApiDeps, raw: Buffer, object: SlicedObject): NewEvent {
  const envelope = parseAround(raw, object);
  assertValid(checkEvent(envelope));
  const { start, end } = object.members.get('data') ?? object.range;
  return readEvent(deps, envelope as Static<typeof NewEventBody>, raw.subarray(start, end));
}

function readPlain(deps: ApiDeps, call: Call): NewEvent {
  const { raw } = call;
  const object = sliceMembers(raw, sliced);
  if (object.is === 'invalid') throw sliceFailure(object, raw);
  return traced(call, readSliced(deps, raw, object));
}

/** The one event of a body, for a look; a batch has none. */
function readOne(deps: ApiDeps, call: Call, mode: ReturnType<typeof cloudEventMode>): NewEvent {
  if (mode === 'batched') throw new AppError('invalid_request', 'Try one event at a time.');
  if (mode === null) return readPlain(deps, call);
  return mode === 'binary' ? readBinary(call.headers, call.raw) : readStructured(call.raw);
}

async function acceptOne(
  deps: ApiDeps,
  call: Call,
  mode: 'binary' | 'structured',
): Promise<Accepted[]> {
  const { headers, raw, access } = call;
  const event = mode === 'binary' ? readBinary(headers, raw) : readStructured(raw);
  const keep = keeping(call);
  return acceptCloudEvents(deps, {
    tenantId: access.tenant,
    events: [traced(call, event)],
    ...(keep === undefined ? {} : { keep }),
  });
}

function keeping({ idempotency }: Call) {
  if (idempotency === null) return undefined;
  return (accepted: Accepted) => idempotency.row(202, JSON.stringify(acceptedView(accepted)));
}
