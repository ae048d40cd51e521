import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event, StoredEvent } from '../event.ts';
import type { EndpointId, EventId, Position, SubscriptionId, TenantId } from '../ids.ts';
import { instant } from '../instant.ts';
import type { Subscription } from '../subscription.ts';
import { explainSubscription } from './explain-subscription.ts';

const told = '{"changes":{"email":{"new":1},"phone":{"new":2}}}';
const rows: [because: string, fields: string[], event: Partial<StoredEvent>, rule: string][] = [
  ['one of the fields changed', ['name', 'phone'], {}, 'matched'],
  ['none of them did', ['name'], {}, 'fields'],
  ['an event of another type is not about fields', ['name'], { type: 'a.b' }, 'matched'],
  ['what was erased cannot be judged', ['name'], erased(), 'data_erased'],
];
for (const [because, fields, event, rule] of rows) {
  test(`fields ${fields.join(', ')} say ${rule}: ${because}`, () => {
    const verdict = explainSubscription(wanting(fields), { ...contextUpdated(told), ...event });

    assert.equal(verdict.rule, rule, verdict.says);
  });
}

test('a refusal by fields names those that were wanted and those that changed', () => {
  const verdict = explainSubscription(wanting(['name', 'age']), contextUpdated(told));

  assert.equal(verdict.says, 'It wants changes of these fields alone: name, age.');
  assert.equal(verdict.value, 'email, phone');
});

function erased(): Partial<StoredEvent> {
  return { data: new Uint8Array(), dataErasedAt: instant(3) };
}

function wanting(fields: string[]): Subscription {
  return {
    id: 'sub_1' as SubscriptionId,
    tenantId: 'default' as TenantId,
    endpointId: 'ep_1' as EndpointId,
    ...{ types: ['*'], filter: null, entity: { type: 'contact', id: null }, order: 'none', fields },
    ...{ createdAt: instant(1), updatedAt: instant(1) },
  };
}

function contextUpdated(data: string): StoredEvent {
  const event: Event = {
    id: 'evt_1' as EventId,
    tenantId: 'default' as TenantId,
    type: 'context.updated',
    data: Buffer.from(data),
    contentType: 'application/json',
    ...{ time: instant(2), acceptedAt: instant(2), source: null, key: null },
    entity: { type: 'contact', id: 'contact_123' },
    ...{ correlationId: 'evt_1', causationId: null, hops: 0, metadata: null, ceId: null },
  };
  return { ...event, position: 1 as Position };
}
