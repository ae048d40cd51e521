import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadStart } from '../../store/sqlite/protocol.ts';
import { runStoreThread } from '../../store/sqlite/store-thread-loop.ts';
import { systemChance } from '../system-chance.ts';
import { systemClock } from '../system-clock.ts';
import { systemTimers } from '../system-timers.ts';
import { measureLoop } from './measure-loop.ts';

if (parentPort === null) throw new Error('the store writes in a thread of its own');

const start = workerData as ThreadStart;
if (start.loops !== null) measureLoop(start.loops, 'store');

runStoreThread({
  port: parentPort,
  start,
  clock: systemClock(),
  chance: systemChance,
  timers: systemTimers,
});
