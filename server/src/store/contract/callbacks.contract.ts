import assert from 'node:assert/strict';
import type { CallbackTarget } from '../../core/callback.ts';
import { shortRetry } from '../../core/retry-policy.ts';
import { acceptOne, allShards, holdAll, loadAll, owe } from './arrange.ts';
import { readDelivery, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, catalogueWrite, deadRecord } from './sample.ts';
import { failedRecord, globex, neverEnding, plannedDelivery } from './sample.ts';
import { plannedEvent, tenantResource } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** What a callback's delivery brings itself comes back as it was given, to its owner alone. */
export function callbacksContract(open: OpenStore): void {
  registerLaws(open, keeping);
  registerLaws(open, showing);
  registerLaws(open, tenants);
}

const secret = { text: 'whsec_Y2FsbGJhY2sgc2VjcmV0', createdAt: at(0), endsAt: null };

/** Every field set, with characters that a careless encoding would change. */
const target: CallbackTarget = {
  url: 'https://receiver.example/done?token=%2F+é\u{1f4ee}',
  secrets: [secret],
  headers: [
    ['x-team', ' söme "quoted" \\ value '],
    ['X-Team', ''],
  ],
  retry: shortRetry,
  timeoutMs: 2_500,
};

const bare: CallbackTarget = {
  url: 'http://receiver.example:8080/',
  secrets: null,
  headers: [],
  retry: null,
  timeoutMs: null,
};

const keeping: Laws = {
  'a target is loaded as it was given, null fields too': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const deliveries = [target, bare].map((callback) => plannedDelivery({ endpointId, callback }));
    const plain = plannedDelivery({ endpointId });
    await acceptOne(store, plannedEvent({ deliveries: [...deliveries, plain] }));

    const loaded = await loadAll(store, endpointId);

    const byId = new Map(loaded.map((each) => [each.id, each.callback]));
    assert.deepEqual(
      [...deliveries, plain].map(({ id }) => byId.get(id)),
      [target, bare, undefined],
    );
    assert.ok(loaded.every((each) => 'callback' in each === (each.id !== plain.id)));
  },

  'a follower has its target when it is promoted': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const order = { endpointId, orderKey: 'k' };
    const first = plannedDelivery({ ...order, callback: bare });
    const next = plannedDelivery({ ...order, callback: target });
    await acceptOne(store, plannedEvent({ deliveries: [first] }));
    await acceptOne(store, plannedEvent({ deliveries: [next] }));
    const held = (await holdAll(store))(endpointId);
    const [head] = await loadAll(store, endpointId);
    assert.ok(head);

    const promoted = await recordMoved(store, attemptRecord(head, held));

    assert.equal(promoted?.id, next.id);
    assert.deepEqual(promoted?.callback, target);
  },

  'attempts and a retry leave the target as it is': async ({ store }) => {
    const { delivery, held } = await owe(store, { callback: target });
    await recordMoved(store, failedRecord(delivery, held, at(10)));
    const [again] = await loadAll(store, delivery.endpointId);
    assert.ok(again);
    await recordMoved(store, deadRecord(again, held));

    const change = { tenantId: acme, deliveryId: delivery.id, at: at(99), to: 'retry' } as const;
    const [answer] = await store.queue.change([change]);

    assert.deepEqual(again.callback, target);
    assert.ok(answer?.is === 'changed');
    assert.deepEqual(answer.delivery?.callback, target);
  },

  'a restart leaves the target as it is': async (under) => {
    const { delivery } = await owe(under.store, { callback: target });

    const store = await under.reopen();

    const loaded = await loadAll(store, delivery.endpointId);
    assert.deepEqual(loaded, [delivery]);
    assert.deepEqual(loaded[0]?.callback, target);
  },

  'a tail tells the target of what was accepted': async ({ store }) => {
    const { position } = await store.queue.tail({ shards: allShards, after: null, limit: 9 });
    const { delivery } = await owe(store, { callback: target });

    const { items } = await store.queue.tail({ shards: allShards, after: position, limit: 9 });

    const told = items.flatMap((item) => (item.kind === 'accepted' ? [item.delivery] : []));
    assert.deepEqual(told, [delivery]);
  },

  'targets of two tenants stay apart, also for one endpoint id': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const plans = [target, bare].map((callback) => plannedDelivery({ endpointId, callback }));
    const [ours, theirs] = plans;
    assert.ok(ours && theirs);
    await store.queue.accept([
      plannedEvent({ deliveries: [ours] }),
      plannedEvent({ event: { tenantId: globex }, deliveries: [theirs] }),
    ]);

    const query = { endpointId, dueBefore: neverEnding, limit: 9 };
    const loaded = [
      await store.queue.loadDue({ ...query, tenantId: acme }),
      await store.queue.loadDue({ ...query, tenantId: globex }),
    ];

    assert.deepEqual(
      loaded.map((each) => each.map(({ callback }) => callback)),
      [[target], [bare]],
    );
  },
};

const showing: Laws = {
  'who looks a delivery up sees of its target the URL alone': async ({ store }) => {
    const { delivery } = await owe(store, { callback: target });

    const found = await readDelivery(store, delivery.id);
    const { rows } = await store.finder.deliveries({ tenantId: acme }, { before: null, limit: 9 });

    assert.equal(found.callbackUrl, target.url);
    assert.deepEqual(rows, [found]);
    assert.equal(JSON.stringify(rows).includes(secret.text), false);
    assert.equal('callback' in found, false);
  },

  'a delivery without a callback has no URL of its own': async ({ store }) => {
    const { delivery } = await owe(store);

    const found = await readDelivery(store, delivery.id);

    assert.equal('callbackUrl' in found, false);
  },

  'a target goes with its delivery, and that of another event stays': async ({ store }) => {
    const old = await owe(store, { callback: target });
    await recordMoved(store, attemptRecord(old.delivery, old.held));
    const { delivery } = await owe(store, { callback: bare });

    const { isDone } = await store.prune({ before: at(86_400_000), limit: 1_000 });

    assert.equal(isDone, true);
    assert.equal(await store.finder.delivery({ tenantId: acme, id: old.delivery.id }), null);
    const [left] = await loadAll(store, delivery.endpointId);
    assert.deepEqual(left?.callback, bare);
  },
};

const tenants: Laws = {
  'the callback secret of a tenant comes back as it was given': async (under) => {
    const withSecret = tenantResource({ callbackSecret: secret });
    const without = tenantResource({ id: globex });
    const writes = [catalogueWrite(withSecret), catalogueWrite(without)];
    await under.store.catalogue.change({ tenantId: null, writes, idempotency: null });

    const store = await under.reopen();

    const { resources } = await store.catalogue.read({ since: 0 });
    assert.deepEqual(
      resources.map(({ value }) => value),
      [withSecret.value, without.value],
    );
  },
};
