import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadStart } from '../../store/sqlite/protocol.ts';
import { runReaderThread } from '../../store/sqlite/reader-thread-loop.ts';
import { systemChance } from '../system-chance.ts';
import { measureLoop } from './measure-loop.ts';

if (parentPort === null) throw new Error('the store is read in a thread of its own');

const start = workerData as ThreadStart;
if (start.loops !== null) measureLoop(start.loops, 'reader');

runReaderThread({ port: parentPort, start, chance: systemChance });
