import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { PublisherCalls } from '../http/publish-plan.ts';
import type { ReceiverCalls } from '../http/tally.ts';
import { remote, type Remote } from './remote.ts';
import type { Stage } from './stage.ts';

/** What the loop without a store did. */
export type LoopSample = { ratePerSecond: number; cpuSecondsPer1000: number };

/** The processes around the server, the same ones for every row. */
export type Actors = {
  receiver: Remote<ReceiverCalls>;
  publisher: Remote<PublisherCalls>;
  /** Where the receiver listens; what an endpoint does is said by its path. */
  receiverUrl: string;
};

/** Starts receiver and publisher. */
export async function startActors(stage: Stage): Promise<Actors> {
  const options = { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] as const };
  const start = (file: string) => stage.fork(file, [], { stdio: [...options.stdio] });
  const receiver = remote<ReceiverCalls>(start('bench/receiver.ts'), 'receiver');
  const publisher = remote<PublisherCalls>(start('bench/publisher.ts'), 'publisher');
  const port = await receiver('listen', null);
  return { receiver, publisher, receiverUrl: `http://127.0.0.1:${port}` };
}

/** Runs the yardstick once, against the same receiver, with nothing else at work. */
export async function runLoop(stage: Stage, actors: Actors, count: number): Promise<LoopSample> {
  const args = [`${actors.receiverUrl}/ok`, String(Math.ceil(count / 5)), String(count)];
  const stdio = ['ignore', 'pipe', 'inherit', 'ipc'] as const;
  const child = stage.fork('bench/loop.ts', args, { stdio: [...stdio] });
  if (child.stdout === null) throw new Error('the loop has no output');
  const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (child.exitCode !== 0) throw new Error(`the loop ended with ${child.exitCode}`);
  return JSON.parse(printed) as LoopSample;
}
