import type { Event } from '../../core/event.ts';
import { isJsonType } from '../../core/json-type.ts';
import { sliceMembers } from '../../core/json-slice.ts';
import type { FormattedBody } from './format.ts';
import { isStrictJson } from './strict-json.ts';

/** Of A2A 1.0 and later; older agents take `application/json`, and this as that. */
const contentType = 'application/a2a+json';
const jsonType = 'application/json';

type State = 'SUBMITTED' | 'WORKING' | 'INPUT_REQUIRED' | 'COMPLETED' | 'FAILED' | 'CANCELED';

/** The state that each event of a task tells of. */
const states: Readonly<Record<string, State>> = {
  'task.started': 'SUBMITTED',
  'task.progress': 'WORKING',
  'task.stalled': 'WORKING',
  'task.waiting': 'INPUT_REQUIRED',
  'task.completed': 'COMPLETED',
  'task.failed': 'FAILED',
  'task.cancelled': 'CANCELED',
};

/** Members of a task's data that are no part of its metadata. */
const told = ['taskId', 'state', 'timestamp', 'message', 'reason', 'result', 'error', 'data'];
const carried = ['name', 'parentTaskId', 'sequence', 'step', 'progress', 'model', 'tokenUsage'];

/**
 * The push notification of A2A for an event: a `StreamResponse` with just one member.
 *
 * What begins or ends a task is the `task`, its result an artifact; what lies between is a
 * `statusUpdate`; an event of any other type is a `message` with its data as one part. The context
 * is the chain that the event stands in. Values stand as they were published, in JSON names; what
 * strict readers would refuse the whole body for stands as its bytes, and not in the metadata.
 *
 * @see https://a2a-protocol.org, specification 1.0, section 4.3.3 and a2a.proto
 */
export function a2aBody(event: Event): FormattedBody {
  const members = membersOf(event);
  const state = states[event.type];
  const taskId = members.get('taskId');
  const isTask = state !== undefined && taskId?.startsWith('"') === true && isStrictJson(taskId);
  const text = isTask ? taskText(event, members, state) : messageText(event);
  return { bytes: Buffer.from(text), contentType };
}

/** Members of the data as JSON text; none when it is no JSON object. */
function membersOf({ data, contentType: type }: Event): Map<string, string> {
  if (!isJsonType(type)) return new Map();
  const sliced = sliceMembers(data, [...told, ...carried]);
  if (sliced.is === 'invalid') return new Map();
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return new Map(
    [...sliced.members].map(([name, { start, end }]) => [name, text.toString('utf8', start, end)]),
  );
}

function taskText(event: Event, members: ReadonlyMap<string, string>, state: State): string {
  const status = object([
    ['state', JSON.stringify(`TASK_STATE_${state}`)],
    ['message', saidText(event, members)],
    ['timestamp', timestampIn(members) ?? JSON.stringify(timestampOf(event))],
  ]);
  const context = ['contextId', JSON.stringify(event.correlationId)] as const;
  const known = carried.flatMap((name) => pair(name, members.get(name)));
  const metadata = ['metadata', known.length === 0 ? null : object(known)] as const;
  const id = members.get('taskId') ?? null;
  if (state !== 'SUBMITTED' && state !== 'COMPLETED') {
    const update = object([['taskId', id], context, ['status', status], metadata]);
    return object([['statusUpdate', update]]);
  }
  const result = ['artifacts', artifacts(members.get('result'))] as const;
  return object([['task', object([['id', id], context, ['status', status], result, metadata])]]);
}

function pair(name: string, json: string | undefined): (readonly [string, string])[] {
  return json === undefined || !isStrictJson(json) ? [] : [[name, json]];
}

/** What a report says: its message, why it waits, what failed, and the data that it brought. */
function saidText(event: Event, members: ReadonlyMap<string, string>): string | null {
  const parts = ['message', 'reason', 'error', 'data'].flatMap((name) => {
    const json = members.get(name);
    const text = name === 'error' ? messageIn(json) : undefined;
    const named = text === undefined ? null : textPart(text);
    return [named, name === 'data' ? dataPart(json) : partOf(json)].filter((part) => part !== null);
  });
  return parts.length === 0 ? null : agentMessage(event.id, parts);
}

/** The sentence in what failed, for people; all of it stands beside it as data. */
function messageIn(error: string | undefined): string | undefined {
  if (error === undefined) return undefined;
  const said = (JSON.parse(error) as { message?: unknown } | null)?.message;
  return typeof said === 'string' && said.isWellFormed() ? JSON.stringify(said) : undefined;
}

function messageText(event: Event): string {
  const { data, contentType: type, correlationId } = event;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const part = isJsonType(type)
    ? dataPart(bytes.length === 0 ? 'null' : bytes.toString('utf8'))
    : rawPart(bytes, type);
  const more = [
    ['contextId', JSON.stringify(correlationId)],
    ['metadata', object([['type', JSON.stringify(event.type)]])],
  ] as const;
  return object([['message', agentMessage(event.id, [part ?? '{}'], more)]]);
}

function agentMessage(
  messageId: string,
  parts: readonly string[],
  more: readonly (readonly [string, string])[] = [],
): string {
  return object([
    ['messageId', JSON.stringify(messageId)],
    ...more,
    ['role', '"ROLE_AGENT"'],
    ['parts', `[${parts.join(',')}]`],
  ]);
}

function artifacts(result: string | undefined): string | null {
  const part = partOf(result);
  if (part === null) return null;
  return `[${object([
    ['artifactId', '"result"'],
    ['parts', `[${part}]`],
  ])}]`;
}

/** Text as text, anything else as data; null where nothing was said. */
function partOf(json: string | undefined): string | null {
  if (json === undefined || json === 'null') return null;
  return json.startsWith('"') && isStrictJson(json) ? textPart(json) : dataPart(json);
}

function textPart(text: string): string {
  return object([['text', text]]);
}

function dataPart(json: string | undefined): string | null {
  if (json === undefined) return null;
  if (!isStrictJson(json)) return rawPart(Buffer.from(json), jsonType);
  return object([
    ['data', json],
    ['mediaType', JSON.stringify(jsonType)],
  ]);
}

function rawPart(bytes: Buffer, mediaType: string): string {
  return object([
    ['raw', JSON.stringify(bytes.toString('base64'))],
    ['mediaType', JSON.stringify(mediaType)],
  ]);
}

/** An object of the members that there are, each as JSON text. */
function object(members: readonly (readonly [name: string, json: string | null])[]): string {
  const given = members.filter(([, json]) => json !== null);
  return `{${given.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

/** What a publisher wrote as time, when it is one; strict readers refuse anything else. */
function timestampIn(members: ReadonlyMap<string, string>): string | null {
  const json = members.get('timestamp') ?? '';
  const [, second] = /^"((?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z"$/.exec(json) ?? [];
  return second !== undefined && isInCalendar(second) ? json : null;
}

/** Parsing alone would take 30 February for a day of March. */
function isInCalendar(second: string): boolean {
  const at = Date.parse(`${second}Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(second);
}

function timestampOf({ time }: Event): string {
  return new Date(time).toISOString();
}
