import { exampleIds } from '../../core/example-ids.ts';
import type { OperationNotes } from './operation-note.ts';

/** What the document says of streams. */
export const streamNotes: OperationNotes = {
  'GET /v1/stream': {
    says:
      'Each event is a message: `id` is the cursor after it, `event` its type, `data` the event ' +
      'as `GET /v1/events/{id}` shows it, its data word for word. A broken connection goes on ' +
      'after `Last-Event-ID` without loss or repeat. In silence a comment comes every 15 s. Who ' +
      'takes nothing for 30 s is cut off, and goes on in the same way.',
    answers: { 200: 'A stream that ends only when one of the two sides goes.' },
  },
  'GET /v1/tasks/{id}/events': {
    says:
      'With `Accept: text/event-stream` the history comes as messages, then what happens, until ' +
      'the task has ended; a message `end` is the last. Connecting again after that is 204, ' +
      'which keeps a page from trying on.',
    answers: { 200: 'The history.', 204: 'The task has ended, and all of it was seen.' },
  },
  'POST /v1/stream-tokens': {
    says:
      'It reads the stream of one task, or of some types, until it expires, and opens nothing ' +
      'else. Origins of pages are let in by `--cors-origin`.',
    examples: [
      { shows: 'For one task', value: { taskId: exampleIds.task } },
      { shows: 'For some types, for an hour', value: { types: ['task.*'], expiresMs: 3_600_000 } },
    ],
  },
};
