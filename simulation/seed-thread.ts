import { parentPort } from 'node:worker_threads';
import { runSeed } from './run-seed.ts';

const port = parentPort;
if (port === null) throw new Error('seeds run in a thread of their own');

port.on('message', (seed: number) => {
  void runSeed(seed).then((result) => port.postMessage(result));
});
