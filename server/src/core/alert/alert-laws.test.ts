import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttemptId, EndpointId, Position, TenantId } from '../ids.ts';
import { instant } from '../instant.ts';
import { limits } from '../limits.ts';
import { calmState } from './alert-state.ts';
import type { AlertState, FailedAttempt } from './alert-state.ts';
import { alertId } from './alert.ts';
import type { Alert } from './alert.ts';
import { endEpisode, foldFailure, mayBeOver, tellOnce } from './fold-failure.ts';

const of = { tenantId: 'acme' as TenantId, endpointId: 'ep_1' as EndpointId };
const policy = { failures: 5, windowMs: 600_000 };

/** What an attempt came to, and how long after the one before it. */
type Step = { readonly isOk: boolean; readonly afterMs: number };

/** Folds a history as the duty does, whose time ends a whole window after it. */
function alertsOf(steps: readonly Step[]): Alert[] {
  let state: AlertState = calmState(of);
  let success: { at: ReturnType<typeof instant> } | null = null;
  const alerts: Alert[] = [];
  let ms = 0;
  const end = (at: ReturnType<typeof instant>): void => {
    if (success === null || !mayBeOver(state, policy, at)) return;
    const ended = endEpisode(state, success, { policy, at, now: at });
    state = ended.state;
    if (ended.alert !== null) alerts.push(ended.alert);
  };
  for (const [index, { isOk, afterMs }] of steps.entries()) {
    ms += afterMs;
    const at = instant(ms);
    if (isOk) {
      success ??= { at };
      continue;
    }
    end(at);
    const folded = foldFailure(state, failed(index, ms), { policy, now: at });
    ({ state } = folded);
    success = null;
    if (folded.alert !== null) alerts.push(folded.alert);
  }
  end(instant(ms + policy.windowMs));
  return alerts;
}

function failed(index: number, ms: number): FailedAttempt {
  const attemptId = `att_${index}` as AttemptId;
  return { ...of, position: (index + 1) as Position, attemptId, at: instant(ms) };
}

const history = fc.array(fc.record({ isOk: fc.boolean(), afterMs: fc.nat({ max: 400_000 }) }), {
  maxLength: 60,
});

test('an endpoint is told to fail and to recover in turns, and to fail first', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const kinds = alertsOf(steps).map(({ kind }) => kind);

      const expected = kinds.map((_, index) => (index % 2 === 0 ? 'failing' : 'recovered'));
      assert.deepEqual(kinds, expected);
    }),
  );
});

test('each episode has an id of its own, and so has its end', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const ids = alertsOf(steps).map((alert) => alertId(alert));

      assert.equal(new Set(ids).size, ids.length);
    }),
  );
});

test('an episode begins only with so many failures within one window', () => {
  fc.assert(
    fc.property(history, (steps) => {
      for (const alert of alertsOf(steps)) {
        if (alert.kind !== 'failing') continue;
        const { firstFailureAt, last, failedCount } = alert.episode;
        assert.ok(last.at - firstFailureAt <= policy.windowMs);
        assert.equal(failedCount, policy.failures);
      }
    }),
  );
});

test('however it flaps, each kind is told at most once a window', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const times = alertsOf(steps).map((alert) =>
        alert.kind === 'recovered' ? alert.recoveredAt + alert.policy.windowMs : lastOf(alert),
      );

      for (const [index, at] of times.entries()) {
        const before = times[index - 2];
        if (before !== undefined) assert.ok(at - before >= policy.windowMs);
      }
    }),
  );
});

function lastOf(alert: Alert): number {
  return alert.kind === 'failing' ? alert.episode.last.at : assert.fail(alert.kind);
}

test('an endpoint of which three in ten fail is told of once, and not that it recovered', () => {
  const share = fc.array(fc.nat({ max: 9 }), { minLength: 200, maxLength: 300 });
  fc.assert(
    fc.property(share, (draws) => {
      // Every tenth fails for certain, or a lucky draw might look like a recovery.
      const steps = draws.map((draw, index) => ({
        isOk: draw >= 3 && index % 10 !== 0,
        afterMs: 10_000,
      }));

      const kinds = alertsOf([...steps, { isOk: false, afterMs: 10_000 }]).map(({ kind }) => kind);

      assert.deepEqual(kinds, ['failing']);
    }),
    { numRuns: 50 },
  );
});

test('of an episode that began and ended meanwhile the end alone is told', () => {
  const steps = Array.from({ length: 5 }, () => ({ isOk: false, afterMs: 1_000 }));

  const late = alertsOf([...steps, { isOk: true, afterMs: 1 }, { isOk: false, afterMs: 900_000 }]);

  assert.deepEqual(
    late.map(({ kind }) => kind),
    ['failing', 'recovered'],
  );
  assert.deepEqual(
    tellOnce(late).map(({ kind }) => kind),
    ['recovered'],
  );
});

test('what is found too late is not told, nor is its end', () => {
  const now = instant(limits.alertStaleMs + 10_000);
  let state: AlertState = calmState(of);
  const alerts: (Alert | null)[] = [];

  for (let index = 0; index < policy.failures; index += 1) {
    const folded = foldFailure(state, failed(index, index), { policy, now });
    ({ state } = folded);
    alerts.push(folded.alert);
  }
  const ended = endEpisode(state, { at: instant(9) }, { policy, at: now, now });

  assert.equal(ended.state.episode, null);
  assert.deepEqual(
    [...alerts, ended.alert].filter((alert) => alert !== null),
    [],
  );
});
