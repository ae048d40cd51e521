import type { Static } from 'typebox';
import type { FieldError } from '../core/app-error.ts';
import { AppError } from '../core/app-error.ts';
import type { EventId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { NewEvent } from '../ingest/new-event.ts';
import { tooLarge } from './answer-failure.ts';
import type { ApiDeps } from './deps.ts';
import { readInstant } from './instant-text.ts';
import { assertAddress } from './assert-address.ts';
import { callbackErrors, callbackOf } from './read-callback.ts';
import type { NewEventBody } from './schemas/event-schema.ts';

type Body = Static<typeof NewEventBody>;

const reservedPrefix = 'posthorn.';
const json = 'application/json';

/** Makes an event of a checked body and the bytes of its data; throws what is wrong with it. */
export function readEvent(deps: ApiDeps, body: Body, data: Uint8Array): NewEvent {
  if (data.length > limits.eventBytes) throw tooLarge(limits.eventBytes);
  const errors = eventErrors(body);
  if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
  if (body.callback) assertAddress(deps, body.callback.url, '/callback/url');
  return {
    id: (body.id ?? null) as EventId | null,
    type: body.type,
    data,
    contentType: json,
    time: timeOf(body.time),
    deliverAt: timeOf(body.deliverAt),
    source: body.source ?? null,
    key: body.key ?? null,
    entity: body.entity ?? null,
    correlationId: body.correlationId ?? null,
    causationId: body.causationId ?? null,
    metadata: body.metadata ?? null,
    ceId: null,
    callback: callbackOf(body.callback),
  };
}

function eventErrors(body: Body): FieldError[] {
  const errors: FieldError[] = [];
  if (body.type.startsWith(reservedPrefix)) {
    errors.push({ pointer: '/type', message: 'must not begin with posthorn., which is reserved' });
  }
  for (const name of ['time', 'deliverAt'] as const) {
    const given = body[name];
    if (typeof given !== 'string' || readInstant(given) !== null) continue;
    errors.push({ pointer: `/${name}`, message: 'is not a time that exists' });
  }
  if (body.metadata !== undefined && body.metadata !== null && isTooLong(body.metadata)) {
    errors.push({ pointer: '/metadata', message: `has over ${limits.metadataBytes} bytes` });
  }
  if (body.callback) errors.push(...callbackErrors(body.callback));
  return errors;
}

function isTooLong(metadata: NonNullable<Body['metadata']>): boolean {
  return Buffer.byteLength(JSON.stringify(metadata)) > limits.metadataBytes;
}

function timeOf(text: string | null | undefined): Instant | null {
  return text === undefined || text === null ? null : readInstant(text);
}
