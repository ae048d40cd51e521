import { isDeepStrictEqual } from 'node:util';
import type { Tally } from '../tooling/test/tally.ts';
import { pushesOfServer } from './a2a-pushes.ts';
import type { Push, Understood } from './a2a-pushes.ts';
import { askPython } from './ask-python.ts';
import { pythonWithA2a } from './python-library.ts';

type Reading = Partial<Understood> & { readonly refused?: string };
type Case = {
  readonly says: string;
  readonly body: Buffer;
  readonly holds: (reading: Reading) => boolean;
};

const progress = '"parts":[';
/** What the SDK must refuse: each makes one thing wrong in a push that it reads. */
const breaks: readonly (readonly [says: string, from: string, to: string, because: RegExp])[] = [
  ['a field of A2A 0.3', '"taskId"', '"final":false,"taskId"', /final/],
  ['a state of A2A 0.3', 'TASK_STATE_WORKING', 'working', /state/],
  ['a task beside the update', '{"statusUpdate"', '{"task":{},"statusUpdate"', /oneof|multiple/i],
  ['a day that is none', '"timestamp":"20', '"timestamp":"x', /timestamp/],
  ['a name that stands twice', progress, `${progress}{"data":{"a":1,"a":2}},`, /duplicate/],
  ['half of a surrogate pair', progress, `${progress}{"text":"\\ud800"},`, /surrogate/i],
  ['a number past every double', progress, `${progress}{"data":1e400},`, /Infinity/],
  ['a body that ends early', '}}}', '}}', /JSON/],
];

/** Has the official SDK for Python read what an agent is pushed. */
export async function a2aTally(): Promise<Tally> {
  const python = await pythonWithA2a();
  const pushes = await pushesOfServer();
  const cases = [...pushes.map(readCase), ...refusedCases(pushes)];
  const bodies = cases.map(({ body }) => ({ body: body.toString('base64') }));
  const readings = await askPython<Reading>(python, 'read_a2a.py', bodies);
  const tally = { passed: 0, failed: 0, skipped: 0 };
  for (const [index, { says, body, holds }] of cases.entries()) {
    const reading = readings[index] ?? {};
    if (holds(reading)) tally.passed += 1;
    else {
      tally.failed += 1;
      console.log(`BROKEN A2A: ${says}: of ${body.toString()} was read ${JSON.stringify(reading)}`);
    }
  }
  return tally;
}

function readCase({ says, body, expected }: Push): Case {
  // Through JSON as well, which knows no -0.
  const wanted: unknown = JSON.parse(JSON.stringify(expected));
  return { says, body, holds: (reading) => isDeepStrictEqual(withoutTime(reading), wanted) };
}

/** What was read but for the time of its status, which must be one. */
function withoutTime({ kind, value }: Reading): object {
  const status = value?.['status'] as { readonly timestamp?: string } | undefined;
  if (status === undefined) return { kind, value };
  const { timestamp = '', ...rest } = status;
  return Number.isNaN(Date.parse(timestamp)) ? {} : { kind, value: { ...value, status: rest } };
}

function refusedCases(pushes: readonly Push[]): Case[] {
  const sound = pushes.find(({ says }) => says.startsWith('progress with data'))?.body.toString();
  return breaks.map(([says, from, to, because]) => {
    const body = sound?.replace(from, () => to) ?? '';
    if (body === sound) throw new Error(`${says}: there is no ${from} in ${sound}`);
    return {
      ...{ says: `it refuses ${says}`, body: Buffer.from(body) },
      holds: ({ refused = '' }) => because.test(refused),
    };
  });
}
