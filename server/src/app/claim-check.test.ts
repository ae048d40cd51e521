import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { limits } from '../core/limits.ts';
import { CallbackStage } from './contract/callback-stage.ts';

type Claimed = { claim: { url: string; bytes: number; sha256: string; expiresAt: string } };
type Body = { type: string; data: Claimed & Record<string, unknown> };

const large = { text: 'é'.repeat(limits.claimCheckBytes), n: 1 };
const retry = { kind: 'schedule', delaysMs: [1], jitter: 0 };

async function subscribe(stage: CallbackStage, path: string, wish: object): Promise<void> {
  const url = `${stage.origin}${path}`;
  const { id } = await stage.call<{ id: string }>('POST', '/v1/endpoints', { url, retry });
  await stage.call('POST', '/v1/subscriptions', { endpointId: id, types: ['*'], ...wish });
}

test('large data goes as a link that serves its bytes, the same on each attempt', async () => {
  await using stage = await CallbackStage.open();
  await subscribe(stage, '/claims', { claimCheck: true });
  stage.answers.push(500);

  await stage.call('POST', '/v1/events', { type: 'report.made', data: large });
  const [first, second] = await stage.arrived(2);

  assert.ok(first && second);
  assert.equal(second.body, first.body);
  const { claim, ...rest } = (JSON.parse(first.body) as Body).data;
  assert.deepEqual(rest, {});
  const served = await fetch(claim.url);
  const bytes = Buffer.from(await served.arrayBuffer());
  assert.equal(bytes.toString(), JSON.stringify(large));
  assert.equal(served.headers.get('content-type'), 'application/json');
  assert.equal(claim.bytes, bytes.length);
  assert.equal(claim.sha256, createHash('sha256').update(bytes).digest('hex'));
});

test('small data goes whole, and so does all where no link is wished for', async () => {
  await using stage = await CallbackStage.open();
  await subscribe(stage, '/claims', { claimCheck: true });
  await subscribe(stage, '/whole', {});

  await stage.call('POST', '/v1/events', { type: 'report.made', data: { n: 1 } });
  await stage.arrived(2);
  await stage.call('POST', '/v1/events', { type: 'report.made', data: large });
  const received = await stage.arrived(4);

  const dataAt = (path: string) =>
    received.filter(({ url }) => url === path).map(({ body }) => (JSON.parse(body) as Body).data);
  assert.deepEqual(dataAt('/whole'), [{ n: 1 }, large]);
  const [small, claimed] = dataAt('/claims');
  assert.deepEqual(small, { n: 1 });
  assert.ok(claimed?.claim);
});

test('merged changes that are large go as a link that serves them as one', async () => {
  await using stage = await CallbackStage.open();
  await subscribe(stage, '/claims', {
    claimCheck: true,
    entity: { type: 'contact' },
    coalesce: { windowMs: 1_000, maxWaitMs: 4_000 },
  });
  const entity = { type: 'contact', id: 'c1' };
  const change = async (field: string, value: string): Promise<void> => {
    const changes = { [field]: { new: value.repeat(30_000) } };
    await stage.call('POST', '/v1/context/updates', { entity, changes, source: 'crm' });
  };

  await change('a', 'x');
  await stage.arrived(1);
  // At once, so that no slow machine lets the window end between them.
  await Promise.all([change('a', 'y'), change('b', 'z')]);
  const [, received] = await stage.arrived(2);

  const { claim } = (JSON.parse(received?.body ?? '') as Body).data;
  const served = await fetch(claim.url);
  const { changes } = (await served.json()) as { changes: Record<string, { new: string }> };
  assert.deepEqual(Object.keys(changes).toSorted(), ['a', 'b']);
  assert.equal(changes['a']?.new[0], 'y');
});
