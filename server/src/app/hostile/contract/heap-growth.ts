import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes by which this process's memory grew over `rounds` of what is done, once it is warm. */
export async function heapGrowth(rounds: number, act: () => Promise<void>): Promise<number> {
  await act();
  const before = heldBytes();
  for (let round = 0; round < rounds; round += 1) await act();
  return heldBytes() - before;
}

function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
