import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeCrash, pairOf, unrecordedUs, type Evidence } from './crash-judge.ts';
import type { Arrival } from './crash-log.ts';

const endpoints = ['/e0', '/e1'];
const events = ['evt_a', 'evt_b', 'evt_c'];
const killUs = 10_000_000;

test('a run in which everything arrived once breaks no promise', () => {
  assert.deepEqual(brokenBy(sound()), []);
});

test('what was in flight at a kill may come again', () => {
  const evidence = sound();
  const again = { ...arrivalOf(evidence, 0), attempt: 2, atUs: killUs + 300_000 };

  const broken = brokenBy({ ...evidence, arrivals: [...evidence.arrivals, again] });

  assert.deepEqual(broken, []);
});

const lostOne = 'every acknowledged event reached every endpoint';
const foreignOne = 'every arrival is an event that was sent, with its data';
const excess = 'a delivery came twice only when unrecorded at a kill';
const planted: [because: string, plant: (evidence: Evidence) => Evidence, promise: string][] = [
  ['an event missed one of its endpoints', (e) => withArrivals(e, e.arrivals.slice(1)), lostOne],
  ['an event was answered with failures only', (e) => spoil(e, { status: 503 }), lostOne],
  ['nobody sent that event', (e) => spoil(e, { eventId: 'evt_x' }), foreignOne],
  ['the data is that of another event', (e) => spoil(e, { dataHash: 'data evt_b' }), foreignOne],
  [
    'a second arrival has another body',
    (e) => spoil(e, { bodyHash: 'x' }),
    'one webhook-id has one body',
  ],
  [
    'a signature does not verify',
    (e) => spoil(e, { isVerified: false }),
    'every arrival is signed',
  ],
  ['no kill lies between the two', (e) => repeated(e, killUs - 1), excess],
  ['it had long been recorded at the kill', (e) => aged(repeated(e, killUs + 1)), excess],
  [
    'it comes three times over one kill',
    (e) => repeated(repeated(e, killUs + 1), killUs + 2),
    excess,
  ],
  [
    'a recorded success was sent again',
    (e) => counting(e, 2),
    'a success that was recorded was not sent again',
  ],
  ['the log forgot a success', (e) => counting(e, 0), 'every success is in the log'],
  ['a delivery is left over', (e) => ({ ...e, pendingCount: 1 }), 'nothing stays pending'],
  ['a delivery was given up', (e) => ({ ...e, deadCount: 1 }), 'nothing is dead'],
];
for (const [because, plant, promise] of planted) {
  test(`found: ${because}`, () => assert.ok(brokenBy(plant(sound())).includes(promise)));
}

function brokenBy(evidence: Evidence): string[] {
  return judgeCrash(evidence)
    .filter(({ broken }) => broken.length > 0)
    .map(({ promise }) => promise);
}

function sound(): Evidence {
  const arrivals = events.flatMap((eventId) =>
    endpoints.map((endpoint) => ({
      eventId,
      endpoint,
      bodyHash: `body ${eventId}`,
      dataHash: `data ${eventId}`,
      attempt: 1,
      atUs: killUs - 100_000,
      isVerified: true,
      status: 200,
    })),
  );
  const pairs = arrivals.map(({ eventId, endpoint }) => pairOf(eventId, endpoint));
  return {
    endpoints,
    publications: events.flatMap((eventId) => [
      { did: 'sent' as const, eventId, dataHash: `data ${eventId}` },
      { did: 'acknowledged' as const, eventId, dataHash: `data ${eventId}` },
    ]),
    arrivals,
    killsUs: [killUs],
    recorded: new Map(pairs.map((pair) => [pair, 1])),
    pendingCount: 0,
    deadCount: 0,
  };
}

function arrivalOf({ arrivals }: Evidence, index: number): Arrival {
  const arrival = arrivals[index];
  assert.ok(arrival !== undefined);
  return arrival;
}

function withArrivals(evidence: Evidence, arrivals: readonly Arrival[]): Evidence {
  return { ...evidence, arrivals };
}

function spoil(evidence: Evidence, change: Partial<Arrival>): Evidence {
  return withArrivals(
    evidence,
    evidence.arrivals.with(0, { ...arrivalOf(evidence, 0), ...change }),
  );
}

function repeated(evidence: Evidence, atUs: number): Evidence {
  return withArrivals(evidence, [...evidence.arrivals, { ...arrivalOf(evidence, 0), atUs }]);
}

function aged(evidence: Evidence): Evidence {
  return spoil(evidence, { atUs: killUs - unrecordedUs - 1 });
}

function counting(evidence: Evidence, count: number): Evidence {
  const recorded = new Map(evidence.recorded);
  if (count === 0) recorded.delete(pairOf('evt_a', '/e0'));
  else recorded.set(pairOf('evt_a', '/e0'), count);
  return { ...evidence, recorded };
}
