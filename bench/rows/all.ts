import { backlog } from './backlog.ts';
import { cpu } from './cpu.ts';
import { entityLookup } from './entity-lookup.ts';
import { fanOut } from './fan-out.ts';
import { latency } from './latency.ts';
import { neighbours } from './neighbours.ts';
import { oneEndpoint } from './one-endpoint.ts';
import { orderedKey } from './ordered-key.ts';
import type { Row } from './row.ts';
import { startAndIdle } from './start-and-idle.ts';
import { streams } from './streams.ts';
import { taskProgress } from './task-progress.ts';

/** The table of promises, in its order. */
export const allRows: readonly Row[] = [
  oneEndpoint,
  fanOut,
  latency,
  neighbours,
  orderedKey,
  backlog,
  cpu,
  startAndIdle,
  taskProgress,
  entityLookup,
  streams,
];
