import { bundleNotes } from './bundle-notes.ts';
import { ackNotes } from './ack-notes.ts';
import { chainNotes } from './chain-notes.ts';
import { endpointNotes } from './endpoint-notes.ts';
import { entityNotes } from './entity-notes.ts';
import { eventNotes } from './event-notes.ts';
import { logNotes } from './log-notes.ts';
import type { OperationNotes } from './operation-note.ts';
import { operatorNotes } from './operator-notes.ts';
import { streamNotes } from './stream-notes.ts';
import { taskNotes } from './task-notes.ts';

/** Every note, by method and path of its operation. */
export const allNotes: OperationNotes = {
  ...eventNotes,
  ...endpointNotes,
  ...logNotes,
  ...chainNotes,
  ...ackNotes,
  ...operatorNotes,
  ...taskNotes,
  ...entityNotes,
  ...bundleNotes,
  ...streamNotes,
};
