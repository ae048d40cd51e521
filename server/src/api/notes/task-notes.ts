import type { OperationNotes } from './operation-note.ts';

const repeats =
  'Saying the same again in the same words changes nothing and answers `duplicate: true`; an ' +
  'ended task takes nothing else: 409 names its state.';

/** What the document says of tasks. */
export const taskNotes: OperationNotes = {
  'POST /v1/tasks': {
    says:
      'Each event of a task carries `taskId` and its `sequence`, 1 for this one, without gaps. ' +
      'Endpoints get them in order. Starting a task again with the same id and words changes ' +
      'nothing and answers `duplicate: true`.',
    examples: [
      { shows: 'The least', value: {} },
      {
        shows: 'With a name, told of when it falls silent, answering to one address',
        value: {
          id: 'report-4711',
          name: 'Quarterly report',
          source: 'agents/writer',
          metadata: { region: 'eu' },
          stallAfterMs: 120_000,
          callback: { url: 'https://example.com/tasks/done', types: ['task.completed'] },
        },
      },
    ],
    answers: { 200: 'It was started before in the same words.', 201: 'Started, and durable.' },
  },
  'GET /v1/tasks/{id}': {
    says:
      'With `waitMs` the answer comes when the task has ended; with `sinceSequence` as well, ' +
      'when it has gone past that sequence; and in any case when the time is over.',
  },
  'POST /v1/tasks/{id}/progress': {
    says:
      'A later report of a step takes the place of one that an endpoint was not sent yet; the ' +
      'first report of each step is always sent. A body may be left out: a sign of life.',
    examples: [
      {
        shows: 'A step with its share of the whole',
        value: { step: 'analyzing', progress: 0.25, message: 'Reading 3 of 12 documents' },
      },
      {
        shows: 'A partial result',
        value: { step: 'generating', progress: 0.6, data: { text: 'Revenue rose by' } },
      },
    ],
  },
  'POST /v1/tasks/{id}/wait': {
    says: 'The next report of progress ends the waiting. A task that waits does not stall.',
    examples: [{ shows: 'For a person', value: { reason: 'approval', data: { amount: 950 } } }],
  },
  'POST /v1/tasks/{id}/complete': {
    says: repeats,
    examples: [
      {
        shows: 'With its result, and what it took',
        value: {
          result: { url: 'https://example.com/reports/4711' },
          model: 'large-2',
          tokenUsage: { input: 5_120, output: 840, total: 5_960 },
        },
      },
    ],
  },
  'POST /v1/tasks/{id}/fail': {
    says: repeats,
    examples: [
      {
        shows: 'Worth another try',
        value: { error: { code: 'model_overloaded', message: 'No capacity', retryable: true } },
      },
    ],
  },
  'POST /v1/tasks/{id}/cancel': {
    says: repeats,
    examples: [{ shows: 'With a reason', value: { reason: 'The customer closed the chat' } }],
  },
};
