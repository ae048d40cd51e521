import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EndpointId, SubscriptionId, TenantId } from './ids.ts';
import { instant } from './instant.ts';
import { SubscriptionIndex, orderKeyOf } from './match-event.ts';
import type { MatchSubject } from './match-event.ts';
import { compileTypes } from './match-type.ts';
import type { Subscription } from './subscription.ts';

const event: MatchSubject = {
  type: 'contact.updated',
  data: Buffer.from('{"plan":"pro"}'),
  contentType: 'application/json',
  metadata: null,
  source: null,
  key: null,
  entity: { type: 'contact', id: '7' },
};

function subscription(id: string, parts: Partial<Subscription> = {}): Subscription {
  return {
    id: id as SubscriptionId,
    tenantId: 'default' as TenantId,
    endpointId: `ep_${id}` as EndpointId,
    types: ['*'],
    filter: null,
    entity: null,
    order: 'none',
    createdAt: instant(1_000),
    updatedAt: instant(1_000),
    ...parts,
  };
}

function indexOf(...subscriptions: Subscription[]): SubscriptionIndex {
  const index = new SubscriptionIndex();
  for (const each of subscriptions) index.add(each);
  return index;
}

function idsOf(index: SubscriptionIndex, subject = event): string[] {
  return index.match(subject).map((match) => match.subscription.id);
}

const same = 'ep_same' as EndpointId;

test('an endpoint gets an event once, through its oldest matching subscription', () => {
  const young = subscription('young', { endpointId: same, createdAt: instant(3_000) });
  const old = subscription('old', { endpointId: same, createdAt: instant(2_000), order: 'key' });
  const older = subscription('older', { endpointId: same, types: ['task.*'] });

  const matches = indexOf(young, old, older).match(event);

  assert.deepEqual(matches, [{ endpointId: same, subscription: old, orderKey: 'contact\u00007' }]);
});

test('a filter that says no leaves the endpoint to its next subscription', () => {
  const picky = subscription('picky', { endpointId: same, filter: 'data.plan == "free"' });
  const open = subscription('open', { endpointId: same, createdAt: instant(2_000) });

  assert.deepEqual(idsOf(indexOf(picky, open)), ['open']);
});

test('a filter that fails or cannot be parsed matches nothing', () => {
  const failing = subscription('failing', { filter: 'data.missing == 1' });
  const broken = subscription('broken', { filter: 'data.' });

  assert.deepEqual(idsOf(indexOf(failing, broken)), []);
});

test('a subscription with two patterns for one type matches once', () => {
  assert.deepEqual(idsOf(indexOf(subscription('a', { types: ['contact.*', '*'] }))), ['a']);
});

const entities: [because: string, entity: Subscription['entity'], expected: boolean][] = [
  ['no entity wanted, any will do', null, true],
  ['the type is enough', { type: 'contact', id: null }, true],
  ['the very entity', { type: 'contact', id: '7' }, true],
  ['another entity of the type', { type: 'contact', id: '8' }, false],
  ['another type', { type: 'deal', id: null }, false],
  ['a type that runs on as this type and id would', { type: 'contact7', id: null }, false],
];
for (const [because, entity, expected] of entities) {
  test(`entity ${JSON.stringify(entity)}: ${because}`, () => {
    assert.equal(idsOf(indexOf(subscription('a', { entity }))).length, expected ? 1 : 0);
  });
}

test('an event about no entity does not reach a subscription that names one', () => {
  const index = indexOf(subscription('a', { entity: { type: 'contact', id: null } }));

  assert.deepEqual(idsOf(index, { ...event, entity: null }), []);
});

test('a subscription that was removed or replaced matches no more', () => {
  const index = indexOf(subscription('a'), subscription('b', { entity: event.entity }));
  index.add(subscription('a', { types: ['task.*'] }));
  index.remove('b' as SubscriptionId);
  index.remove('unknown' as SubscriptionId);

  assert.deepEqual(idsOf(index), []);
});

test('an endpoint that takes no deliveries is passed over', () => {
  const index = indexOf(subscription('a'), subscription('b'));

  const matches = index.match(event, ({ endpointId }) => endpointId !== 'ep_a');

  assert.deepEqual(
    matches.map((match) => match.endpointId),
    ['ep_b'],
  );
});

test('a filter that no event of the type reaches is never evaluated', () => {
  let parsedCount = 0;
  const watched = Object.defineProperty({ ...event }, 'data', {
    get: () => ((parsedCount += 1), event.data),
  });
  const deaf = subscription('a', { types: ['task.*'], filter: 'data.plan == "pro"' });

  indexOf(deaf).match(watched);

  assert.equal(parsedCount, 0);
});

const orderKeys: [
  because: string,
  order: Subscription['order'],
  parts: Partial<MatchSubject>,
  expected: string | null,
][] = [
  ['unordered deliveries have no key', 'none', { key: 'k' }, null],
  ['an endpoint in order is one sequence', 'endpoint', { key: 'k' }, ''],
  ['the event names its key', 'key', { key: 'k' }, 'k'],
  ['else its entity is the key', 'key', {}, 'contact\u00007'],
  ['with neither there is nothing to order by', 'key', { entity: null }, null],
];
for (const [because, order, parts, expected] of orderKeys) {
  test(`order ${order}: ${because}`, () => {
    assert.equal(orderKeyOf(order, { ...event, ...parts }), expected);
  });
}

test('law: the index answers what asking each subscription in turn would', () => {
  const anyType = fc.constantFrom('a', 'a.b', 'a.b.c', 'posthorn.x', 'b');
  const anyPattern = fc.oneof(anyType, fc.constantFrom('*', 'a.*', 'a.b.*', 'posthorn.*'));
  const anyEntity = fc.option(
    fc.record({ type: fc.constantFrom('t', 'u'), id: fc.constantFrom('1', '2') }),
  );
  const anySubscription = fc.record({
    types: fc.array(anyPattern, { maxLength: 3 }),
    entity: fc.option(
      fc.record({ type: fc.constantFrom('t', 'u'), id: fc.constantFrom('1', '2', null) }),
    ),
    endpoint: fc.constantFrom('x', 'y', 'z'),
    createdAt: fc.nat(5),
    filter: fc.constantFrom(null, 'data.plan == "pro"', 'data.plan == "free"'),
  });
  fc.assert(
    fc.property(fc.array(anySubscription), anyType, anyEntity, (all, type, entity) => {
      const subscriptions = all.map((each, i) =>
        subscription(`s${i}`, {
          ...each,
          endpointId: each.endpoint as EndpointId,
          createdAt: instant(each.createdAt),
        }),
      );
      const subject = { ...event, type, entity };

      const found = new Set(idsOf(indexOf(...subscriptions), subject));

      assert.deepEqual(found, new Set(oldestOf(subscriptions, subject)));
    }),
  );
});

function oldestOf(subscriptions: readonly Subscription[], subject: MatchSubject): string[] {
  const oldest = new Map<EndpointId, Subscription>();
  for (const each of subscriptions) {
    const { entity, filter } = each;
    const isAbout =
      entity === null ||
      (entity.type === subject.entity?.type &&
        (entity.id === null || entity.id === subject.entity.id));
    if (!isAbout || !compileTypes(each.types)(subject.type)) continue;
    if (filter !== null && !filter.includes('"pro"')) continue;
    const known = oldest.get(each.endpointId);
    const isOlder =
      known === undefined ||
      each.createdAt < known.createdAt ||
      (each.createdAt === known.createdAt && each.id < known.id);
    if (isOlder) oldest.set(each.endpointId, each);
  }
  return [...oldest.values()].map((each) => each.id);
}
