import { delicateData } from '../server/src/dispatch/contract/delicate-data.ts';

/** One report of a task, and what an agent must read of it. */
export type Step = {
  readonly says: string;
  /** The last part of the path; empty for the start. */
  readonly verb: '' | 'progress' | 'wait' | 'complete' | 'fail' | 'cancel';
  /** JSON, word for word. */
  readonly body: string;
  readonly state: string;
  /** Parts of the message of the status. */
  readonly parts?: readonly object[];
  /** The part of the artifact. */
  readonly result?: object;
  readonly metadata?: object;
};

const json = { mediaType: 'application/json' };
const oddName = '__proto__ "\\ \u2028 e\u0301 😀 </script>';

/** Values that JSON has and protobuf has not; they come as bytes. */
const unfit = new Set([
  'a number past every double',
  'a field that comes twice',
  'lone surrogates',
]);
const values: readonly (readonly [what: string, text: string])[] = [
  ...delicateData,
  ['an empty object', '{}'],
  ['an empty text', '""'],
  ['names that mean something elsewhere', '{"__proto__":1,"@type":"x","":2,"data":{"raw":"!"}}'],
  ['as deep as protobuf goes', nested(30)],
  ['deeper than protobuf goes', nested(31)],
  ['as deep as Posthorn goes', nested(63)],
];

const start: Step = { says: 'a start', verb: '', body: '{}', state: 'SUBMITTED' };
const report = { name: 'Report', step: 'read' };
const usage = { input: 12, output: 0.5, '': 1e300 };

/** Tasks from their start to their end, one after another. */
export const stories: readonly (readonly Step[])[] = [
  [
    { ...start, body: '{"name":"Report"}', metadata: { name: 'Report' } },
    {
      ...{ says: 'progress with data', verb: 'progress', state: 'WORKING' },
      body: `{"step":"read","progress":0.5,"message":"half","data":{"n":[1]},
        "model":"m-1","tokenUsage":${JSON.stringify(usage)}}`,
      parts: [{ text: 'half' }, { data: { n: [1] }, ...json }],
      metadata: { ...report, progress: 0.5, model: 'm-1', tokenUsage: usage },
    },
    {
      ...{ says: 'waiting', verb: 'wait', state: 'INPUT_REQUIRED' },
      body: '{"reason":"Which account?","message":"Say one.","data":["a","b"]}',
      parts: [{ text: 'Say one.' }, { text: 'Which account?' }, { data: ['a', 'b'], ...json }],
      metadata: { ...report, progress: 0.5 },
    },
    {
      ...{ says: 'an end', verb: 'complete', state: 'COMPLETED' },
      ...{
        body: '{"result":{"ok":true},"message":"All is well."}',
        parts: [{ text: 'All is well.' }],
      },
      ...{ result: { data: { ok: true }, ...json }, metadata: { ...report, progress: 1 } },
    },
  ],
  [
    { ...start, body: JSON.stringify({ name: oddName }), metadata: { name: oddName } },
    {
      ...{ says: 'a failure', verb: 'fail', state: 'FAILED' },
      body: '{"error":{"code":"x","message":"no model","retryable":false}}',
      parts: [
        { text: 'no model' },
        { data: { code: 'x', message: 'no model', retryable: false }, ...json },
      ],
      metadata: { name: oddName },
    },
  ],
  [
    start,
    {
      ...{ says: 'giving up', verb: 'cancel', state: 'CANCELED', body: '{"reason":"Too late."}' },
      parts: [{ text: 'Too late.' }],
    },
  ],
  [
    start,
    {
      ...{ says: 'progress with odd text and the least of doubles', verb: 'progress' },
      body: '{"progress":5e-324,"message":"\\u0000\\uffff\\u202e"}',
      ...{ state: 'WORKING', parts: [{ text: '\0\uffff\u202e' }] },
      metadata: { progress: 5e-324 },
    },
    {
      ...{ says: 'progress with a name that protobuf has not', verb: 'progress' },
      body: '{"message":"","tokenUsage":{"\\ud800":2}}',
      ...{ state: 'WORKING', parts: [{ text: '' }], metadata: { progress: 5e-324 } },
    },
  ],
  [
    start,
    ...values.map(([what, text]): Step => {
      const says = `progress with ${what}`;
      const parts = [partOf(what, text)];
      return { says, verb: 'progress', state: 'WORKING', body: `{"data":${text}}`, parts };
    }),
    { says: 'an end without a result', verb: 'complete', state: 'COMPLETED', body: '' },
  ],
  ...values.map(([what, text]): Step[] => {
    const says = `an end with ${what}`;
    const end: Step = { says, verb: 'complete', state: 'COMPLETED', body: `{"result":${text}}` };
    if (text === 'null') return [start, end];
    const said: unknown = JSON.parse(text);
    const result = typeof said === 'string' ? { text: said } : partOf(what, text);
    return [start, { ...end, result }];
  }),
];

function partOf(what: string, text: string): object {
  const isUnfit = unfit.has(what) || /^.?(deeper|as deep as Posthorn)/.test(what);
  if (isUnfit) return { raw: Buffer.from(text).toString('base64'), ...json };
  return { data: JSON.parse(text) as unknown, ...json };
}

function nested(levels: number): string {
  return `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
}
