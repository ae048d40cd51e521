import type { Tool } from '../tool.ts';
import { bundle } from './bundle.ts';
import { entityChanges } from './entity-changes.ts';
import { explainFailure } from './explain-failure.ts';
import { replay } from './replay.ts';
import { searchEvents } from './search-events.ts';
import { taskTimeline } from './task-timeline.ts';

/** Every tool: few, and each wide enough for a question. */
export const allTools: readonly Tool[] = [
  searchEvents,
  explainFailure,
  replay,
  taskTimeline,
  entityChanges,
  bundle,
];
