import { AppError } from '../../core/app-error.ts';
import { subjectEntityType } from '../../core/cloud-event-attributes.ts';
import { cloudEventId } from '../../core/cloud-event-id.ts';
import type { EntityRef } from '../../core/event.ts';
import type { EventId } from '../../core/ids.ts';
import { isJsonType } from '../../core/json-type.ts';
import { jsonProblem } from '../../core/json-slice.ts';
import type { JsonObject } from '../../core/json.ts';
import { limits } from '../../core/limits.ts';
import { isCallersId } from '../../core/make-id.ts';
import type { NewEvent } from '../../ingest/new-event.ts';
import { tooLarge } from '../answer-failure.ts';
import { readInstant } from '../instant-text.ts';
import { sliceFailure } from '../read-json.ts';
import type { CloudEvent } from './cloud-event.ts';
import { cloudEventErrors, isChainId } from './cloud-event-errors.ts';

const noType = 'application/octet-stream';
const json = 'application/json';

/** Attributes that have a place of their own in an event. */
const placed = new Set([
  ...['specversion', 'id', 'source', 'type', 'time'],
  ...['subject', 'datacontenttype', 'partitionkey'],
]);

/**
 * Makes an event of a CloudEvent. Its id stays when it can be one of ours; the original is kept in
 * `ceId` in any case, which is also the mark of an event that came as a CloudEvent. Extensions go
 * into the metadata. Throws what is wrong with it.
 */
export function newEventOf(from: CloudEvent): NewEvent {
  const errors = cloudEventErrors(from);
  if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
  const { data } = from;
  if (data.length > limits.eventBytes) throw tooLarge(limits.eventBytes);
  const contentType = contentTypeOf(from);
  assertJson(data, contentType);
  const { id, source } = { id: textOf(from, 'id') ?? '', source: textOf(from, 'source') ?? '' };
  const time = textOf(from, 'time');
  return {
    id: isCallersId(id) ? (id as EventId) : cloudEventId({ source, id }),
    type: textOf(from, 'type') ?? '',
    data,
    contentType,
    time: time === null ? null : readInstant(time),
    deliverAt: null,
    source,
    key: textOf(from, 'partitionkey'),
    entity: entityOf(from),
    correlationId: chainIdOf(from, 'correlationid'),
    causationId: chainIdOf(from, 'causationid'),
    metadata: extensionsOf(from),
    ceId: id,
    callback: null,
  };
}

function textOf({ attributes }: CloudEvent, name: string): string | null {
  const value = attributes.get(name);
  return value === undefined ? null : String(value);
}

/** An event without data is JSON without a byte; its deliveries say null where they must. */
function contentTypeOf({ contentType, data }: CloudEvent): string {
  return contentType ?? (data.length === 0 ? json : noType);
}

/** What is called JSON must be, for it is shown and delivered as a part of other JSON. */
function assertJson(data: Uint8Array, contentType: string): void {
  if (data.length === 0 || !isJsonType(contentType)) return;
  const problem = jsonProblem(data);
  if (problem !== null) throw sliceFailure(problem, Buffer.from(data));
}

function entityOf(from: CloudEvent): EntityRef | null {
  const id = textOf(from, 'subject');
  return id === null ? null : { type: textOf(from, 'entitytype') ?? subjectEntityType, id };
}

/** Chains of others may be named by what is no id here; they stay in the metadata alone. */
function chainIdOf(from: CloudEvent, name: string): string | null {
  const id = textOf(from, name);
  return id !== null && isChainId(id) ? id : null;
}

function extensionsOf({ attributes }: CloudEvent): JsonObject | null {
  const extensions = [...attributes].filter(([name]) => !placed.has(name));
  return extensions.length === 0 ? null : Object.fromEntries(extensions);
}
