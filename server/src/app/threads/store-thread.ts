import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadStart } from '../../store/sqlite/protocol.ts';
import { runStoreThread } from '../../store/sqlite/store-thread-loop.ts';
import { systemChance } from '../system-chance.ts';
import { systemClock } from '../system-clock.ts';
import { systemTimers } from '../system-timers.ts';

if (parentPort === null) throw new Error('the store writes in a thread of its own');

runStoreThread({
  port: parentPort,
  start: workerData as ThreadStart,
  clock: systemClock(),
  chance: systemChance,
  timers: systemTimers,
});
