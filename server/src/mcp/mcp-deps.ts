import type { Ask } from '../api/ask.ts';
import type { ApiDeps } from '../api/deps.ts';
import type { Timers } from '../core/clock.ts';
import type { Confirmations } from '../core/confirmations.ts';

/** What the MCP server needs of the rest. */
export type McpDeps = Pick<
  ApiDeps,
  | 'mirror'
  | 'clock'
  | 'chance'
  | 'ids'
  | 'feed'
  | 'failed'
  | 'corsOrigins'
  | 'publicUrl'
  | 'version'
> & {
  readonly timers: Timers;
  readonly confirmations: Confirmations;
  readonly ask: Ask;
};
