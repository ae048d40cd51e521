import type { JsonObject } from '../../core/json.ts';
import type { OperationNotes } from './operation-note.ts';

const cloudEvent: JsonObject = {
  specversion: '1.0',
  id: 'run-7-done',
  source: '/agents/planner',
  type: 'agent.run.finished',
  time: '2026-01-31T12:00:00Z',
  subject: 'run-7',
  datacontenttype: 'application/json',
  data: { runId: 'run-7', status: 'succeeded' },
};
const another: JsonObject = { ...cloudEvent, id: 'run-8-done', subject: 'run-8' };

/** What the document says of publishing and reading events. */
export const eventNotes: OperationNotes = {
  'POST /v1/events': {
    says:
      'The event and all its deliveries are one transaction: after 202 they outlive a crash. ' +
      'Publishing it again with the same `id` changes nothing and answers `duplicate: true`. ' +
      'CloudEvents 1.0 are taken in binary, structured and batched mode.',
    examples: [
      {
        shows: 'The least',
        value: { type: 'task.completed', data: { taskId: 'task_42', result: 'done' } },
      },
      {
        shows: 'In order, about an entity, safe to repeat',
        value: {
          id: 'crm-4711-v7',
          type: 'contact.updated',
          key: 'contact-4711',
          entity: { type: 'contact', id: '4711' },
          source: 'crm',
          time: '2026-01-31T12:00:00.000Z',
          metadata: { region: 'eu' },
          data: { email: 'new@example.com' },
        },
      },
      {
        shows: 'At a later time, answering to one address',
        value: {
          type: 'report.due',
          deliverAt: '2030-01-01T09:00:00Z',
          data: { reportId: 'r-7' },
          callback: { url: 'https://example.com/reports/done', timeoutMs: 10_000 },
        },
      },
    ],
    otherExamples: {
      'application/cloudevents+json': [{ shows: 'A CloudEvent', value: cloudEvent }],
      'application/cloudevents-batch+json': [
        { shows: 'Several CloudEvents', value: [cloudEvent, another] },
      ],
    },
    answers: {
      200: 'With `Prefer: wait`: how each delivery stands. With `dryRun`: who would get it.',
      202: 'Durable. What is said of each event of a batch stands in `results`.',
    },
  },
  'POST /v1/events/batch': {
    says:
      'The answer is 202 also when events were rejected: look at `rejectedCount`, and at the ' +
      '`error` of each of the `results`.',
    examples: [
      {
        shows: 'Two events',
        value: {
          events: [
            { type: 'task.progress', key: 'task_42', data: { taskId: 'task_42', step: 1 } },
            { type: 'task.progress', key: 'task_42', data: { taskId: 'task_42', step: 2 } },
          ],
        },
      },
    ],
    otherExamples: {
      'application/cloudevents-batch+json': [
        { shows: 'Several CloudEvents', value: [cloudEvent, another] },
      ],
    },
    answers: { 202: 'What became of each, in the order sent.' },
  },
  'GET /v1/events/{id}/explain': {
    says: 'Also for endpoints that got nothing: it names the first rule that said no, and why.',
  },
  'DELETE /v1/events/{id}/data': {
    says: 'There is no way back. When, to whom and with what outcome it was sent stays in the log.',
  },
};
