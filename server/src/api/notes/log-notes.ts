import { exampleIds } from '../../core/example-ids.ts';
import type { OperationNotes } from './operation-note.ts';

/** What the document says of deliveries, attempts, replays and statistics. */
export const logNotes: OperationNotes = {
  'GET /v1/deliveries': { says: 'Dead letters are those in the state `dead`.' },
  'POST /v1/deliveries/{id}/retry': {
    says:
      'A dead letter that is tried again takes no part in order any more. A callback that is ' +
      'held with the chain of its event goes alone.',
  },
  'GET /v1/attempts/{id}': {
    says:
      'A failed one has an `explanation` with cause, evidence and fix. Secrets and the values of ' +
      'custom headers are masked.',
  },
  'POST /v1/replays': {
    says:
      'A replay is a job: it goes on after a restart, keeps to its rate and can be paused and ' +
      'cancelled. It means what was published before it was asked for.',
    examples: [
      {
        shows: 'The dead letters of one endpoint',
        value: { only: 'dead', endpointId: exampleIds.endpoint },
      },
      {
        shows: 'See what an endpoint missed',
        value: { only: 'missing', endpointId: exampleIds.endpoint, dryRun: true },
      },
      {
        shows: 'All of a day again, slowly, as new events',
        value: {
          ...{ only: 'all', as: 'new', endpointId: exampleIds.endpoint, types: ['invoice.*'] },
          ...{ since: '2026-01-31T00:00:00Z', until: '2026-02-01T00:00:00Z', ratePerSecond: 20 },
        },
      },
      { shows: 'Named deliveries', value: { deliveryIds: [exampleIds.delivery] } },
    ],
    answers: { 200: 'With `dryRun`: what would be made.', 202: 'The job, which has begun.' },
  },
  'GET /v1/stats': {
    says: 'From counters: it costs the same however long the log is. Times are those of buckets.',
  },
};
