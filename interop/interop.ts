/** `npm run interop`: official libraries for Python verify and read what was delivered. */
import { delicateData } from '../server/src/dispatch/contract/delicate-data.ts';
import { retriedForHours, secretText } from '../server/src/dispatch/contract/retried-for-hours.ts';
import type { RetriedDelivery } from '../server/src/dispatch/contract/retried-for-hours.ts';
import { exitCodeOf, tallyLine } from '../tooling/test/tally.ts';
import type { Tally } from '../tooling/test/tally.ts';
import { a2aTally } from './a2a-tally.ts';
import { pythonWithLibrary } from './python-library.ts';
import { verdictsOf } from './verdicts.ts';
import type { Arrival } from './verdicts.ts';

/** What must be said of one request. */
type Case = Arrival & { readonly says: string; readonly expected: string };

const toleranceSeconds = 5 * 60;
const otherSecret = `whsec_${Buffer.from('somebody else entirely').toString('base64')}`;

const all = { passed: 0, failed: 0, skipped: 0 };
for (const part of [verifiedTally, a2aTally]) {
  const { passed, failed } = await part().catch(brokenTally);
  all.passed += passed;
  all.failed += failed;
}
console.log(tallyLine(all));
process.exitCode = exitCodeOf(all);

function brokenTally(cause: unknown): Tally {
  console.log(cause instanceof Error ? cause.message : String(cause));
  return { passed: 0, failed: 1, skipped: 0 };
}

/** Has the library verify what was delivered over hours. */
async function verifiedTally(): Promise<Tally> {
  const cases = await casesOfAll();
  const tally = { passed: 0, failed: 0, skipped: 0 };
  const verdicts = await verdictsOf(await pythonWithLibrary(), cases);
  for (const [index, { says, expected }] of cases.entries()) {
    const verdict = verdicts[index] ?? 'nothing';
    if (verdict === expected) tally.passed += 1;
    else {
      tally.failed += 1;
      console.log(`BROKEN ${says}: expected "${expected}", the library said "${verdict}"`);
    }
  }
  return tally;
}

async function casesOfAll(): Promise<Case[]> {
  const deliveries = await retriedForHours(delicateData.map(([, text]) => Buffer.from(text)));
  return deliveries.flatMap((delivery, index) => casesOf(delicateData[index]?.[0] ?? '', delivery));
}

function casesOf(what: string, { data, requests }: RetriedDelivery): Case[] {
  const [first, last] = [requests.at(0), requests.at(-1)];
  if (first === undefined || last === undefined || first === last) {
    throw new Error(`${what}: was not delivered after a retry`);
  }
  const arrivals = requests.map((each) => ({ secret: secretText, data, ...each }));
  const onTime = arrivals.map((each, index): Case => ({
    ...{ ...each, nowSeconds: secondsOf(each) },
    ...{ says: `${what}: attempt ${index + 1} verifies when it arrives`, expected: 'valid' },
  }));
  const plain = { secret: secretText, data, ...last };
  const lastSeconds = secondsOf(last);
  return [
    ...onTime,
    {
      ...{ ...plain, nowSeconds: lastSeconds + toleranceSeconds },
      ...{ says: `${what}: it verifies for five minutes`, expected: 'valid' },
    },
    {
      ...{ ...plain, ...first, nowSeconds: lastSeconds },
      ...{ says: `${what}: the first is too old by then`, expected: 'Message timestamp too old' },
    },
    {
      ...{ ...plain, secret: otherSecret, nowSeconds: lastSeconds },
      ...{ says: `${what}: no other secret verifies it`, expected: 'No matching signature found' },
    },
  ];
}

function secondsOf({ headers }: Pick<Arrival, 'headers'>): number {
  return Number(headers['webhook-timestamp']);
}
