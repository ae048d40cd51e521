import type { Understood } from './a2a-pushes.ts';

/** An event that a publisher wrote, and what an agent must read of it. */
type Written = {
  readonly type: string;
  /** JSON, word for word. */
  readonly data: string;
  readonly understood: (eventId: string) => Understood;
};

const json = { mediaType: 'application/json' };
const half = '"\\ud800"';
const noDay = '"2026-02-30T10:00:00Z"';
const twice = '{"a":1,"a":2}';

/** Events of no task, and such as name one but hold what no task of Posthorn would. */
export const writtenEvents: readonly Written[] = [
  message('check.any', '{"n":1}', { data: { n: 1 } }),
  message('check.any', 'null', { data: null }),
  message('check.any', twice, raw(twice)),
  message('task.of-no-task', '["a"]', { data: ['a'] }),
  message('task.progress', '{"taskId":7}', { data: { taskId: 7 } }),
  message('task.progress', `{"taskId":${half}}`, raw(`{"taskId":${half}}`)),
  update('task.progress', 'WORKING', {
    data: `"name":${half},"step":${twice},"model":1e400,"message":${half},"timestamp":${noDay}`,
    parts: [raw(half)],
  }),
  update('task.failed', 'FAILED', {
    data: `"sequence":"7","reason":{"a":1},"error":{"message":"m","more":${half}},"data":{}`,
    parts: [{ data: { a: 1 } }, { text: 'm' }, raw(`{"message":"m","more":${half}}`), { data: {} }],
    metadata: { sequence: '7' },
  }),
];

function message(type: string, data: string, part: object): Written {
  const content = { role: 'ROLE_AGENT', parts: [{ ...part, ...json }], metadata: { type } };
  const understood = (id: string): Understood => {
    return { kind: 'message', value: { messageId: id, contextId: id, ...content } };
  };
  return { type, data, understood };
}

function update(
  type: string,
  state: string,
  told: { readonly data: string; readonly parts: readonly object[]; readonly metadata?: object },
): Written {
  const parts = told.parts.map((part) => ('text' in part ? part : { ...part, ...json }));
  const more = told.metadata === undefined ? {} : { metadata: told.metadata };
  const understood = (id: string): Understood => {
    const said = { messageId: id, role: 'ROLE_AGENT', parts };
    const status = { state: `TASK_STATE_${state}`, message: said };
    return { kind: 'statusUpdate', value: { taskId: '/', contextId: id, status, ...more } };
  };
  return { type, data: `{"taskId":"/",${told.data}}`, understood };
}

function raw(text: string): object {
  return { raw: Buffer.from(text).toString('base64') };
}
