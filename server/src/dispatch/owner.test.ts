import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeId } from '../core/ids.ts';
import { instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { HeldShard, Shard } from '../core/shard.ts';
import type { LeaseAnswer } from '../store/queue.ts';
import { Owner } from './owner.ts';

type LeaseCall = { readonly shards: readonly Shard[]; readonly answer: (it: LeaseAnswer) => void };

/** An owner over a queue that answers when the test says so, and timers that the test runs. */
function ownerWithSlowQueue({ isShared = true } = {}) {
  const node = 'node-left' as NodeId;
  const leases: LeaseCall[] = [];
  const timers = new Map<number, () => void>();
  const release = Promise.withResolvers<void>();
  let nowMs = 0;
  const owner = new Owner({
    ...{ node, isShared, emit: () => undefined },
    ...{ taken: () => undefined, lost: () => undefined, quiesce: async () => undefined },
    queue: {
      lease: ({ shards }) => new Promise((answer) => leases.push({ shards, answer })),
      release: () => release.promise,
    },
    clock: { now: () => instant(nowMs), monotonicMs: () => nowMs, wallSeconds: () => 0 },
    timers: {
      after: (delayMs, run) => {
        timers.set(delayMs, run);
        return { cancel: () => undefined };
      },
    },
  });
  const wait = (lengthMs: number): void => {
    nowMs += lengthMs;
  };
  const renew = (): void => {
    wait(limits.leaseRenewMs);
    timers.get(limits.leaseRenewMs)?.();
  };
  return { owner, leases, release, renew, wait };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function granted(shards: readonly Shard[]): HeldShard[] {
  return shards.map((shard) => ({ shard, epoch: 1 }));
}

for (const [isShared, count, because] of [
  [true, 0, 'another node may have taken the shards since'],
  [false, 64, 'nobody else can have taken them, and it is asked for only once'],
] as const) {
  test(`a first grant that comes after its time holds ${count} shards: ${because}`, async () => {
    const { owner, leases, wait } = ownerWithSlowQueue({ isShared });
    const started = owner.start();

    wait(limits.leaseMs);
    leases[0]?.answer({ held: granted(leases[0].shards), nodes: ['node-left' as NodeId] });
    await started;

    assert.equal(owner.held().length, count);
  });
}

test('a grant from before a release is not believed after it', async () => {
  const { owner, leases, release, renew } = ownerWithSlowQueue();
  const started = owner.start();
  const all = leases[0]?.shards ?? [];
  const nodes = ['node-left', 'node-right'] as NodeId[];
  leases[0]?.answer({ held: granted(all), nodes: nodes.slice(0, 1) });
  await started;
  renew();
  leases[1]?.answer({ held: granted(all), nodes });
  await turn();
  const afterRelease = owner.held().length;

  renew();
  leases[2]?.answer({ held: granted(all), nodes });
  await turn();
  release.resolve();
  await turn();

  assert.equal(afterRelease, all.length / 2);
  assert.equal(owner.held().length, all.length / 2);
});
