import assert from 'node:assert/strict';
import test from 'node:test';
import type { EndpointId, TenantId } from '../core/ids.ts';
import { createLog } from './create-log.ts';
import { logSignals } from './log-signals.ts';

function logged() {
  const lines: string[] = [];
  const log = createLog({ level: 'info', to: { write: (line) => void lines.push(line) } });
  return { log, lines };
}

test('a line is one JSON object with a level by name and a time in RFC 3339', () => {
  const { log, lines } = logged();

  log.warn({ endpointId: 'ep_1' }, 'endpoint disabled');

  const { time, ...rest } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  assert.deepEqual(rest, { level: 'warn', endpointId: 'ep_1', msg: 'endpoint disabled' });
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('a secret is not written, also one level down', () => {
  const { log, lines } = logged();

  log.error({ secret: 'whsec_a', endpoint: { secret: 'whsec_b' } }, 'x');

  assert.doesNotMatch(lines.join(''), /whsec_/);
});

test('a failed step is written with its cause, an accepted event not at all', () => {
  const { log, lines } = logged();
  const emit = logSignals(log);
  const tenantId = 'acme' as TenantId;

  emit({ signal: 'event_accepted', tenantId, deliveryCount: 1 });
  emit({ signal: 'step_failed', step: 'scan', cause: new Error('no answer') });
  emit({ signal: 'endpoint_disabled', tenantId, endpointId: 'ep_1' as EndpointId, reason: 'gone' });

  const levels = lines.map((line) => (JSON.parse(line) as { level: string }).level);
  assert.deepEqual(levels, ['error', 'warn']);
  assert.match(lines[0] ?? '', /no answer/);
});
