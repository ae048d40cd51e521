import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Access } from '../api/access.ts';
import { openApi } from '../api/contract/opened-api.ts';
import { Confirmations } from '../core/confirmations.ts';
import type { KeyId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { acme, globex, keyResource } from '../store/contract/sample.ts';
import { Caller } from './caller.ts';
import { Sessions } from './sessions.ts';

type Armed = { readonly delayMs: number; readonly run: () => void };

/** Sessions over a real feed, whose timers fire when a test says so. */
async function opened(stack: AsyncDisposableStack) {
  const api = stack.use(await openApi());
  const armed = new Set<Armed>();
  let count = 0;
  const sessions = new Sessions({
    ...{ mirror: api.mirror, ids: api.ids, feed: api.feed, corsOrigins: [], publicUrl: null },
    clock: {
      now: () => api.now(),
      monotonicMs: () => api.now(),
      wallSeconds: () => api.now() / 1_000,
    },
    chance: {
      sample: () => 0.5,
      bytes: (length) => {
        count += 1;
        return Buffer.alloc(length, `${count} `);
      },
    },
    timers: {
      after: (delayMs, run) => {
        const timer = { delayMs, run };
        armed.add(timer);
        return { cancel: () => void armed.delete(timer) };
      },
    },
    version: '0.0.0-test',
    failed: ({ cause }) => assert.fail(String(cause)),
    confirmations: new Confirmations(new Uint8Array(32)),
    ask: () => assert.fail('nothing is asked'),
  });
  const fireIdle = (): void => {
    for (const timer of [...armed]) {
      armed.delete(timer);
      if (timer.delayMs === limits.mcpSessionIdleMs) timer.run();
    }
  };
  return { sessions, fireIdle };
}

function callerOf(tenant: typeof acme, keyId: string): Caller {
  const { value: key } = keyResource({ id: keyId as KeyId, tenantId: tenant, scopes: ['read'] });
  const access: Access = { key, tenant, reach: tenant };
  return new Caller(() => assert.fail('nothing is asked'), access, {});
}

test('a session that nobody uses ends, and one with an open stream does not', async () => {
  await using stack = new AsyncDisposableStack();
  const { sessions, fireIdle } = await opened(stack);
  const api = callerOf(acme, 'key_1');
  const [unused, streaming] = [await sessions.open(api), await sessions.open(api)];
  const closed = streaming.opened();

  fireIdle();
  const first = [sessions.use(unused.id, api), sessions.use(streaming.id, api)];
  closed();
  fireIdle();

  assert.deepEqual(first, [null, streaming]);
  assert.equal(sessions.use(streaming.id, api), null);
});

test('past its room a tenant loses its own longest unused session', async () => {
  await using stack = new AsyncDisposableStack();
  const { sessions } = await opened(stack);
  const [api, other] = [callerOf(acme, 'key_1'), callerOf(globex, 'key_2')];
  const strange = await sessions.open(other);
  const own = [];
  for (let n = 0; n < limits.mcpSessionsOfTenant; n += 1) own.push(await sessions.open(api));
  const [first, second] = own;
  assert.ok(first !== undefined && second !== undefined);
  sessions.use(first.id, api);

  await sessions.open(api);

  assert.equal(sessions.use(first.id, api), first);
  assert.equal(sessions.use(second.id, api), null);
  assert.equal(sessions.use(strange.id, other), strange);
});

test('sessions that begin at once have no more room than others', async () => {
  await using stack = new AsyncDisposableStack();
  const { sessions } = await opened(stack);
  const api = callerOf(acme, 'key_1');
  const asked = Array.from({ length: limits.mcpSessionsOfTenant + 3 }, () => sessions.open(api));

  const begun = await Promise.all(asked);

  const left = begun.filter(({ id }) => sessions.use(id, api) !== null);
  assert.equal(left.length, limits.mcpSessionsOfTenant);
});

test('a session that was beginning when the server stopped does not begin', async () => {
  await using stack = new AsyncDisposableStack();
  const { sessions } = await opened(stack);
  const beginning = sessions.open(callerOf(acme, 'key_1'));

  sessions.release();

  await assert.rejects(beginning, { code: 'shutting_down' });
});

test('a session is of one key and one tenant', async () => {
  await using stack = new AsyncDisposableStack();
  const { sessions } = await opened(stack);
  const { id } = await sessions.open(callerOf(acme, 'key_1'));

  assert.equal(sessions.use(id, callerOf(acme, 'key_2')), null);
  assert.equal(sessions.use(id, callerOf(globex, 'key_1')), null);
  assert.equal(sessions.use(id, callerOf(acme, 'key_1'))?.id, id);
});

test('nobody begins a session once the server stops', async () => {
  await using stack = new AsyncDisposableStack();
  const { sessions } = await opened(stack);
  const api = callerOf(acme, 'key_1');
  const session = await sessions.open(api);

  sessions.release();

  assert.equal(sessions.use(session.id, api), null);
  await assert.rejects(sessions.open(api), { code: 'shutting_down' });
});
