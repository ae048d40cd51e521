import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadStart } from '../../store/sqlite/protocol.ts';
import { runReaderThread } from '../../store/sqlite/reader-thread-loop.ts';
import { systemChance } from '../system-chance.ts';

if (parentPort === null) throw new Error('the store is read in a thread of its own');

runReaderThread({ port: parentPort, start: workerData as ThreadStart, chance: systemChance });
