import { exampleIds } from '../../core/example-ids.ts';
import type { OperationNotes } from './operation-note.ts';

/** What the document says of endpoints and their subscriptions. */
export const endpointNotes: OperationNotes = {
  'POST /v1/endpoints': {
    says: 'The signing secret is in this answer; later it takes the scope `secrets` to see it.',
    examples: [
      { shows: 'The least', value: { url: 'https://example.com/hooks', types: ['task.*'] } },
      {
        shows: 'A slow receiver that wants one thing',
        value: {
          url: 'https://example.com/hooks',
          description: 'Billing',
          types: ['invoice.paid'],
          filter: 'data.amount > 100',
          order: 'key',
          ratePerSecond: 5,
          maxInFlight: 2,
          timeoutMs: 30_000,
          headers: { 'X-Team': 'billing' },
          retry: {
            ...{ kind: 'exponential', initialMs: 1_000, factor: 2, maxDelayMs: 3_600_000 },
            ...{ maxAttempts: 12, jitter: 0.1 },
          },
        },
      },
      {
        shows: 'Moved from Svix with its secret',
        value: {
          url: 'https://example.com/svix',
          types: ['*'],
          headerNames: 'svix',
          secret: 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=',
        },
      },
      {
        shows: 'Signed so that receivers need no secret',
        value: { url: 'https://example.com/hooks', types: ['*'], signing: 'v1a' },
      },
    ],
    answers: { 201: 'The endpoint, this once with its `secret`.' },
  },
  'PATCH /v1/endpoints/{id}': {
    says: 'It holds for the next attempt of every delivery, also of those that wait already.',
    examples: [
      { shows: 'A new address', value: { url: 'https://example.com/new' } },
      {
        shows: 'Be told after 3 failures in 5 minutes',
        value: {
          alert: { failures: 3, windowMs: 300_000 },
          contacts: [{ endpointId: exampleIds.endpoint }],
        },
      },
      { shows: 'Back to the default', value: { retry: null, ratePerSecond: null } },
    ],
  },
  'POST /v1/endpoints/{id}/secret/rotate': {
    examples: [
      { shows: 'A new one; both sign for a day', value: {} },
      {
        shows: 'Your own, at once',
        value: {
          secret: 'whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=',
          overlapMs: 0,
        },
      },
    ],
    answers: { 200: 'The secret that signs, and the one before it while both do.' },
  },
  'POST /v1/endpoints/{id}/pause': {
    says: 'Events that fit still become deliveries; none is sent before `resume`.',
  },
  'POST /v1/endpoints/{id}/disable': {
    says: 'What is published meanwhile is not kept for it; a replay of what is missing makes up.',
  },
  'POST /v1/endpoints/{id}/test': {
    says: 'The attempt is made at once, is signed like any other and stands in the log.',
    examples: [
      { shows: 'The test event', value: {} },
      { shows: 'The sample of an event type', value: { type: 'posthorn.endpoint.failing' } },
    ],
    answers: { 200: 'The attempt, also when it failed: see its `status` and `explanation`.' },
  },
  'POST /v1/subscriptions': {
    says: 'An event that several subscriptions of an endpoint want is delivered to it once.',
    examples: [
      {
        shows: 'Every task',
        value: { endpointId: exampleIds.endpoint, types: ['task.*'] },
      },
      {
        shows: 'One kind of entity, in order, by a condition',
        value: {
          ...{ endpointId: exampleIds.endpoint, types: ['contact.updated'] },
          ...{ entity: { type: 'contact' }, filter: 'metadata.region == "eu"', order: 'key' },
        },
      },
    ],
  },
  'POST /v1/subscriptions/batch': {
    says:
      'For many subscriptions of single entities: a million of them cost an event no more than ' +
      'ten, and are made by the thousand.',
    examples: [
      {
        shows: 'Changes of two contacts',
        value: {
          subscriptions: ['contact_123', 'contact_124'].map((id) => ({
            endpointId: exampleIds.endpoint,
            types: ['context.updated'],
            entity: { type: 'contact', id },
          })),
        },
      },
    ],
  },
  'PATCH /v1/subscriptions/{id}': {
    says: 'It holds for events that are published from now on.',
    examples: [
      { shows: 'Other types', value: { types: ['task.completed', 'task.failed'] } },
      { shows: 'Without a filter', value: { filter: null } },
    ],
  },
};
