import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DeliveryState } from './delivery.ts';
import type { EndpointStatus } from './endpoint.ts';
import { instant } from './instant.ts';
import { judgeReplay } from './judge-replay.ts';
import type { ReplaySubject } from './judge-replay.ts';
import { replayChoices } from './replay.ts';

const active: EndpointStatus = { is: 'active' };
const disabled: EndpointStatus = { is: 'disabled', reason: 'asked', at: instant(0) };
const deleted: EndpointStatus = { is: 'deleted', at: instant(0) };
const states: DeliveryState['is'][] = ['pending', 'delivered', 'dead', 'superseded', 'cancelled'];

function subject(parts: Partial<ReplaySubject> = {}): ReplaySubject {
  return { state: 'dead', attemptCount: 1, isReplay: false, ...parts };
}

const asked: [because: string, parts: Partial<ReplaySubject>, by: string[]][] = [
  ['a dead letter is dead whatever it died of', { attemptCount: 0 }, ['dead', 'failed', 'all']],
  ['what waits after a failure has failed', { state: 'pending' }, ['failed', 'all']],
  [
    'what waits for its first attempt will be sent anyway',
    { state: 'pending', attemptCount: 0 },
    [],
  ],
  ['a delivered one is only in all', { state: 'delivered' }, ['all']],
  ['what newer progress took the place of stays away', { state: 'superseded' }, []],
  ['somebody asked for it not to be sent', { state: 'cancelled' }, []],
];
for (const [because, parts, by] of asked) {
  test(`${by.join(', ') || 'none'}: ${because}`, () => {
    const makes = replayChoices.filter(
      (only) => judgeReplay(only, subject(parts), active).do === 'make',
    );

    assert.deepEqual(makes, by);
  });
}

const ends: [because: string, endpoint: EndpointStatus | null, expected: unknown][] = [
  ['its deliveries wait until it is resumed', { is: 'paused' }, { do: 'make' }],
  ['none are made for it', disabled, { do: 'skip', because: 'endpoint_disabled' }],
  ['it is kept for the log only', deleted, { do: 'skip', because: 'endpoint_deleted' }],
  ['nobody knows it', null, { do: 'skip', because: 'endpoint_deleted' }],
];
for (const [because, endpoint, expected] of ends) {
  test(`an endpoint that is ${endpoint?.is ?? 'gone'}: ${because}`, () => {
    assert.deepEqual(judgeReplay('dead', subject(), endpoint), expected);
  });
}

test('a delivery of a replay is never made again, and a wider choice leaves nothing out', () => {
  const subjects = fc.record({
    state: fc.constantFrom(...states),
    attemptCount: fc.nat(3),
    isReplay: fc.boolean(),
  });
  const endpoints = fc.constantFrom(active, disabled, deleted, null);
  fc.assert(
    fc.property(subjects, endpoints, (given, endpoint) => {
      const verdicts = replayChoices.map((only) => judgeReplay(only, given, endpoint));
      const [dead, failed, missing, all] = verdicts;

      if (given.isReplay) assert.ok(verdicts.every((verdict) => verdict.do !== 'make'));
      assert.equal(missing?.do, 'pass');
      if (dead?.do !== 'pass') assert.deepEqual(failed, dead);
      if (failed?.do !== 'pass') assert.deepEqual(all, failed);
    }),
  );
});
