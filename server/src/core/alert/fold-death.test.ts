import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DeliveryId, EndpointId, EventId, Position, TenantId } from '../ids.ts';
import { instant } from '../instant.ts';
import { limits } from '../limits.ts';
import { calmState } from './alert-state.ts';
import type { AlertState, Death } from './alert-state.ts';
import type { Alert } from './alert.ts';
import { endDeaths, foldDeath } from './fold-death.ts';

const of = { tenantId: 'acme' as TenantId, endpointId: 'ep_1' as EndpointId };

function death(position: number, ms: number): Death {
  return {
    ...of,
    position: position as Position,
    deliveryId: `dlv_${position}` as DeliveryId,
    eventId: 'evt_1' as EventId,
    eventType: 'task.completed',
    attemptCount: 3,
    reason: position % 2 === 0 ? 'expired' : 'order_wait_over',
    at: instant(ms),
  };
}

/** The alerts of deaths at these times, once the last run is over. */
function alertsOf(times: readonly number[]): Alert[] {
  let state: AlertState = calmState(of);
  const alerts: Alert[] = [];
  for (const [index, ms] of times.entries()) {
    const folded = foldDeath(state, death(index + 1, ms), instant(ms));
    ({ state } = folded);
    alerts.push(...folded.alerts);
  }
  const at = instant((times.at(-1) ?? 0) + limits.alertDeathsMs);
  return [...alerts, ...endDeaths(state, { at, now: at }).alerts];
}

test('every dead letter is told, alone or in a number', () => {
  const gaps = fc.array(fc.nat({ max: 20_000 }), { maxLength: 60 });
  fc.assert(
    fc.property(gaps, (gapsMs) => {
      let ms = 0;
      const times = gapsMs.map((gap) => (ms += gap));

      const alerts = alertsOf(times);

      const counts = alerts.map((alert) => (alert.kind === 'more_dead' ? alert.run.moreCount : 1));
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        times.length,
      );
    }),
  );
});

test('in one minute so many are told alone, and one number for the others', () => {
  const alerts = alertsOf(Array.from({ length: 1_000 }, (_, index) => index));

  const more = alerts.at(-1);
  assert.equal(alerts.length, limits.alertDeaths + 1);
  assert.ok(more?.kind === 'more_dead');
  assert.equal(more.run.moreCount, 1_000 - limits.alertDeaths);
  assert.deepEqual(more.run.reasons, { order_wait_over: 495, expired: 495 });
});

test('a run that is not over tells no number yet', () => {
  const first = foldDeath(calmState(of), death(1, 0), instant(0));

  const ended = endDeaths(first.state, { at: instant(limits.alertDeathsMs - 1), now: instant(0) });

  assert.equal(first.alerts.length, 1);
  assert.deepEqual(ended, { state: first.state, alerts: [] });
});
