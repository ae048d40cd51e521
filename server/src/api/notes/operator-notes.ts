import { exampleIds } from '../../core/example-ids.ts';
import type { OperationNotes } from './operation-note.ts';

const schema = {
  type: 'object',
  required: ['taskId'],
  properties: { taskId: { type: 'string' }, result: { type: 'string' } },
};

/** What the document says of event types, tenants, keys and alert defaults. */
export const operatorNotes: OperationNotes = {
  'POST /v1/event-types': {
    says: 'From then on, events of the type whose data does not fit the schema are refused.',
    examples: [
      {
        shows: 'A type with a schema',
        value: {
          ...{ type: 'task.completed', description: 'A task has its result.', schema },
          ...{ sample: { taskId: 'task_42', result: 'done' } },
        },
      },
    ],
  },
  'PUT /v1/event-types/{type}': {
    examples: [
      { shows: 'A name that is known', value: { description: 'A task has its result.' } },
      { shows: 'Kept for 90 days', value: { schema, retentionMs: 7_776_000_000 } },
    ],
    answers: { 200: 'Replaced.', 201: 'Registered.' },
  },
  'PATCH /v1/event-types/{type}': {
    examples: [{ shows: 'Out of use', value: { deprecated: true } }],
  },
  'POST /v1/tenants': {
    examples: [
      { shows: 'A customer', value: { id: exampleIds.tenant, name: 'Acme Corp.' } },
      {
        shows: 'One whose log is kept for 90 days',
        value: { id: exampleIds.tenant, retentionMs: 7_776_000_000 },
      },
    ],
  },
  'PUT /v1/tenants/{id}': {
    says: 'Good for a program that makes sure of a tenant before it publishes.',
    examples: [{ shows: 'A name', value: { name: 'Acme Corp.' } }],
    answers: { 200: 'It was there.', 201: 'It was made.' },
  },
  'PATCH /v1/tenants/{id}': {
    examples: [
      {
        shows: 'Whom its alerts reach',
        value: { contacts: [{ email: 'oncall@example.com' }] },
      },
    ],
  },
  'PATCH /v1/alert-defaults': {
    examples: [
      { shows: 'Alert after 10 failures', value: { alert: { failures: 10 } } },
      { shows: 'As it was', value: { contacts: [], alert: null } },
    ],
  },
  'POST /v1/keys': {
    examples: [
      {
        shows: 'For a service that publishes',
        value: {
          ...{ name: 'checkout', scopes: ['events:write'] },
          ...{ tenantId: exampleIds.tenant, expiresAt: '2030-01-01T00:00:00Z' },
        },
      },
      {
        shows: 'For people who look',
        value: { name: 'support', scopes: ['read', 'replay'] },
      },
    ],
    answers: { 201: 'The key, this once with its text in `key`.' },
  },
};
