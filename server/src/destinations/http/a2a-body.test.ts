import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { StreamResponse } from '@a2a-js/sdk';
import type { Event } from '../../core/event.ts';
import { instant } from '../../core/instant.ts';
import { sampleEvent } from '../../store/contract/sample.ts';
import { a2aBody } from './a2a-body.ts';

const at = '2026-01-01T00:00:00.000Z';
const chain = { correlationId: 'evt_first', time: instant(Date.parse(at)) };

function taskEvent(type: string, more: string): Event {
  const data = Buffer.from(`{"taskId":"task_1","sequence":3,${more}"timestamp":"${at}"}`);
  return sampleEvent({ ...chain, type, data, id: 'evt_3' as Event['id'] });
}

function textOf(event: Event): string {
  return Buffer.from(a2aBody(event).bytes).toString();
}

const ids = { taskId: 'task_1', contextId: 'evt_first' };
const whole = { id: 'task_1', contextId: 'evt_first' };

function said(...parts: object[]): object {
  return { messageId: 'evt_3', role: 'ROLE_AGENT', parts };
}

function status(state: string, message?: object): object {
  const about = message === undefined ? {} : { message };
  return { status: { state: `TASK_STATE_${state}`, ...about, timestamp: at } };
}

const json = { mediaType: 'application/json' };
const bodies: [says: string, event: Event, body: object][] = [
  [
    'a start is the task as submitted',
    taskEvent('task.started', '"name":"Report",'),
    { task: { ...whole, ...status('SUBMITTED'), metadata: { name: 'Report', sequence: 3 } } },
  ],
  [
    'progress is work, with what it says and brings',
    taskEvent('task.progress', '"step":"a","progress":0.5,"message":"half","data":{"n":1},'),
    {
      statusUpdate: {
        ...ids,
        ...status('WORKING', said({ text: 'half' }, { data: { n: 1 }, ...json })),
        metadata: { sequence: 3, step: 'a', progress: 0.5 },
      },
    },
  ],
  [
    'waiting asks for input',
    taskEvent('task.waiting', '"reason":"Which account?",'),
    {
      statusUpdate: {
        ...ids,
        ...status('INPUT_REQUIRED', said({ text: 'Which account?' })),
        metadata: { sequence: 3 },
      },
    },
  ],
  [
    'an end brings the result as an artifact',
    taskEvent('task.completed', '"result":{"ok":true},"model":"m-1",'),
    {
      task: {
        ...{ ...whole, ...status('COMPLETED') },
        artifacts: [{ artifactId: 'result', parts: [{ data: { ok: true }, ...json }] }],
        metadata: { sequence: 3, model: 'm-1' },
      },
    },
  ],
  [
    'a result that is text is a part of text',
    taskEvent('task.completed', '"result":"done ☕",'),
    {
      task: {
        ...{ ...whole, ...status('COMPLETED') },
        artifacts: [{ artifactId: 'result', parts: [{ text: 'done ☕' }] }],
        metadata: { sequence: 3 },
      },
    },
  ],
  [
    'a failure says what failed, and all that is known of it',
    taskEvent('task.failed', '"error":{"message":"no model","code":"x"},'),
    {
      statusUpdate: {
        ...ids,
        ...status(
          'FAILED',
          said({ text: 'no model' }, { data: { message: 'no model', code: 'x' }, ...json }),
        ),
        metadata: { sequence: 3 },
      },
    },
  ],
  [
    'a failure in one sentence is that sentence',
    taskEvent('task.failed', '"error":"no model",'),
    {
      statusUpdate: {
        ...{ ...ids, ...status('FAILED', said({ text: 'no model' })) },
        metadata: { sequence: 3 },
      },
    },
  ],
  [
    'an empty object is data like any other',
    taskEvent('task.progress', '"data":{},'),
    {
      statusUpdate: {
        ...{ ...ids, ...status('WORKING', said({ data: {}, ...json })) },
        metadata: { sequence: 3 },
      },
    },
  ],
  [
    'an empty result is an artifact with it',
    taskEvent('task.completed', '"result":{},'),
    {
      task: {
        ...{ ...whole, ...status('COMPLETED') },
        artifacts: [{ artifactId: 'result', parts: [{ data: {}, ...json }] }],
        metadata: { sequence: 3 },
      },
    },
  ],
  [
    'no result is no artifact',
    taskEvent('task.completed', '"result":null,'),
    { task: { ...whole, ...status('COMPLETED'), metadata: { sequence: 3 } } },
  ],
  [
    'what others publish as a report is told in the form of the protocol all the same',
    sampleEvent({
      ...{ ...chain, type: 'task.progress', id: 'evt_3' as Event['id'] },
      data: Buffer.from('{"taskId":"task_1","message":["half"],"result":1,"timestamp":"noon"}'),
    }),
    { statusUpdate: { ...ids, ...status('WORKING', said({ data: ['half'], ...json })) } },
  ],
  [
    'a cancelled task is canceled there',
    taskEvent('task.cancelled', ''),
    { statusUpdate: { ...ids, ...status('CANCELED'), metadata: { sequence: 3 } } },
  ],
  [
    'any other event is a message with its data',
    sampleEvent({ ...chain, type: 'a.b', id: 'evt_3' as Event['id'], data: Buffer.from('[1]') }),
    {
      message: {
        ...{ messageId: 'evt_3', contextId: 'evt_first', metadata: { type: 'a.b' } },
        ...{ role: 'ROLE_AGENT', parts: [{ data: [1], ...json }] },
      },
    },
  ],
  [
    'a type of a task without a task is a message as well',
    sampleEvent({
      ...{ ...chain, type: 'task.progress', id: 'evt_3' as Event['id'] },
      ...{ data: Buffer.from('hi'), contentType: 'text/plain' },
    }),
    {
      message: {
        ...{ messageId: 'evt_3', contextId: 'evt_first', metadata: { type: 'task.progress' } },
        ...{ role: 'ROLE_AGENT', parts: [{ raw: 'aGk=', mediaType: 'text/plain' }] },
      },
    },
  ],
];
for (const [says, event, body] of bodies) {
  test(says, () => {
    assert.equal(textOf(event), JSON.stringify(body));
    assert.equal(a2aBody(event).contentType, 'application/a2a+json');
  });

  test(`${says}, and the official library reads just one member of it`, () => {
    const read = StreamResponse.fromJSON(body);

    const again = StreamResponse.toJSON(read) as Record<string, unknown>;
    assert.deepEqual(Object.keys(again), Object.keys(body));
  });
}

test('what a task brought stands as it was published, digit by digit', () => {
  const event = taskEvent('task.completed', '"result":{"id":12345678901234567890, "x":1.0},');

  assert.ok(textOf(event).includes('"data":{"id":12345678901234567890, "x":1.0}'));
});

const unfit: [says: string, more: string, part: string][] = [
  ['a name that stands twice', '"data":{"a":1,"a":2},', '{"a":1,"a":2}'],
  ['half of a surrogate pair', '"data":"\\ud800",', '"\\ud800"'],
  ['a number past every double', '"data":[1e400],', '[1e400]'],
  ['such a message', '"message":"\\ud800",', '"\\ud800"'],
  ['such a sentence of a failure', '"error":{"message":"\\ud800"},', '{"message":"\\ud800"}'],
];
for (const [says, more, part] of unfit) {
  test(`${says} stands as bytes, for it would make a strict reader refuse all of it`, () => {
    const text = textOf(taskEvent('task.progress', more));

    const raw = Buffer.from(part).toString('base64');
    assert.ok(text.includes(`"parts":[{"raw":"${raw}","mediaType":"application/json"}]`), text);
  });
}

test('what strict readers refuse is no metadata, and no id of a task', () => {
  const usage = textOf(taskEvent('task.progress', '"step":"a","tokenUsage":{"a":1,"a":2},'));
  const data = Buffer.from('{"taskId":"\\udc00","step":"a"}');
  const other = textOf(sampleEvent({ ...chain, type: 'task.progress', data }));

  assert.ok(usage.includes('"metadata":{"sequence":3,"step":"a"}'), usage);
  assert.ok(other.startsWith('{"message":'), other);
});

const times: [time: string, isTold: boolean, because: string][] = [
  ['2026-02-28T23:59:59.123456789Z', true, 'it has nanoseconds'],
  ['2026-02-28T23:59:59.1234567891Z', false, 'no reader knows shorter ones'],
  ['2026-02-30T00:00:00Z', false, 'February has no such day'],
  ['2026-01-01T24:00:00Z', false, 'a day ends before that'],
  ['0000-01-01T00:00:00Z', false, 'there is no such year'],
];
for (const [time, isTold, because] of times) {
  test(`${time} is ${isTold ? '' : 'not '}told as the time of a status: ${because}`, () => {
    const data = Buffer.from(`{"taskId":"task_1","timestamp":"${time}"}`);

    const text = textOf(sampleEvent({ ...chain, type: 'task.progress', data }));

    assert.ok(text.includes(`"timestamp":"${isTold ? time : at}"`), text);
  });
}

type Case = { name: string; body: string; expect: string; kind?: string };
type Members = Record<string, Record<string, unknown>>;
const vectors = JSON.parse(
  readFileSync(new URL('../../../../testdata/vectors/a2a.json', import.meta.url), 'utf8'),
) as { taskStates: { state: string }[]; cases: Case[] };

test('every state that is told of is one of the protocol', () => {
  const known = new Set(vectors.taskStates.map(({ state }) => state));

  const told = bodies.flatMap(([, event]) => [...textOf(event).matchAll(/"state":"(\w+)"/g)]);
  assert.equal(told.length, bodies.length - 2);
  assert.ok(told.every(([, state = '']) => known.has(state)));
});

/** Names of members, however deep; data and metadata are anybody's. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'data' || name === 'metadata' ? [name] : [name, ...namesIn(inner)],
  );
}

test('every member that is sent is one that the official library knows', () => {
  for (const [says, event] of bodies) {
    const sent: unknown = JSON.parse(textOf(event));

    const read = StreamResponse.toJSON(StreamResponse.fromJSON(sent));

    assert.deepEqual(namesIn(read).toSorted(), namesIn(sent).toSorted(), says);
  }
});

const sentKinds = new Set(['task', 'statusUpdate', 'message']);
for (const { name, body } of vectors.cases.filter(({ kind = '' }) => sentKinds.has(kind))) {
  test(`what ${name} must hold stands in all that is sent of its kind`, () => {
    const [[member, theirs] = ['', {}]] = Object.entries(JSON.parse(body) as Members);
    const required = ['contextId', member === 'message' ? 'parts' : 'status'];
    const ours = bodies.flatMap(([, event]) => {
      const sent = (JSON.parse(textOf(event)) as Members)[member];
      return sent === undefined ? [] : [sent];
    });

    assert.ok(ours.length > 0);
    for (const each of [theirs, ...ours]) {
      assert.deepEqual(
        required.filter((key) => !(key in each)),
        [],
        JSON.stringify(each),
      );
    }
  });
}
