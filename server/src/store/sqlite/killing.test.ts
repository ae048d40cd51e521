import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { EventId } from '../../core/ids.ts';
import { readPages } from '../contract/arrange.ts';
import { acme, plannedDelivery, plannedEvent } from '../contract/sample.ts';
import { sampleId } from '../contract/sample-id.ts';
import type { Store } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

const masterKey = Buffer.alloc(32, 5);
const deliveriesPerEvent = 3;
const answersBeforeKill = 400;

const [, , role, folder] = process.argv;
if (role === 'publish' && folder !== undefined) await publish(folder);
else test('what was answered before kill -9 is there whole, what was not is whole or absent', kill);

async function kill(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'posthorn-killing-'));
  const child = spawn(process.execPath, [import.meta.filename, 'publish', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const answered = new Map<EventId, number>();
  for await (const line of createInterface({ input: child.stdout })) {
    const [id, position] = line.split(' ');
    answered.set(id as EventId, Number(position));
    if (answered.size === answersBeforeKill) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');

  {
    await using store = await openStore(dataDir);
    const positions = await positionsOf(store);

    for (const [id, position] of answered) assert.equal(positions.get(id), position);
    const { pendingCount } = await store.finder.backlog();
    assert.equal(pendingCount, positions.size * deliveriesPerEvent);
    const [next] = await store.queue.accept([plannedEvent()]);
    assert.ok(next?.is === 'accepted');
    const newest = Math.max(...positions.values());
    assert.equal(next.position, newest + deliveriesPerEvent + 1);
  }
  assert.equal(child.signalCode, 'SIGKILL');
  rmSync(dataDir, { recursive: true });
}

async function positionsOf(store: Store): Promise<Map<EventId, number>> {
  const rows = await readPages(500, (page) => store.finder.events({ tenantId: acme }, page));
  return new Map(rows.map(({ id, position }) => [id, position]));
}

/** The child: publishes without end and prints each answer once it has it. */
async function publish(dataDir: string): Promise<void> {
  const store = await openStore(dataDir);
  const endpointIds = Array.from({ length: deliveriesPerEvent }, () => sampleId('endpoint'));
  const one = async (): Promise<void> => {
    for (;;) {
      const deliveries = endpointIds.map((endpointId) => plannedDelivery({ endpointId }));
      const planned = plannedEvent({ deliveries });
      const [answer] = await store.queue.accept([planned]);
      assert.ok(answer?.is === 'accepted');
      process.stdout.write(`${planned.event.id} ${answer.position}\n`);
    }
  };
  await Promise.all(Array.from({ length: 20 }, one));
}

function openStore(dataDir: string): Promise<Store> {
  const onFailed = (cause: Error): void => assert.fail(cause);
  return openSqliteStore({ dataDir, masterKey, atTurnEnd: setImmediate, onFailed });
}
