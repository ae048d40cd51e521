import type { OperationNotes } from './operation-note.ts';

/** What the document says of entities and their changes. */
export const entityNotes: OperationNotes = {
  'POST /v1/context/updates': {
    says:
      'Each change is a version of the entity with the event that tells of it, saved together. ' +
      'An `old` that is left out is the value last told here, if there was one. Values keep ' +
      'their exact text: no number loses digits. What is as it was is left out; when nothing is ' +
      'left there is no event.',
    examples: [
      {
        shows: 'Two fields of a contact',
        value: {
          entity: { type: 'contact', id: 'contact_123' },
          changes: {
            email: { old: 'ada@example.com', new: 'ada@example.org' },
            phone: { new: '+44 20 7946 0958' },
          },
          source: 'crm',
        },
      },
      {
        shows: 'A field that was removed, as part of a chain',
        value: {
          entity: { type: 'contact', id: 'contact_123' },
          changes: { nickname: { new: null } },
          source: 'agents/cleaner',
          correlationId: 'cleaning-42',
          metadata: { reason: 'asked by its owner' },
        },
      },
    ],
    answers: { 202: 'Durable. Without `changed` everything was so already.' },
  },
  'PATCH /v1/entities/{type}/{id}': {
    says:
      'The server compares with what it knows and tells what differs. An entity that is not ' +
      'known is made. `If-Match` with a version, or `"0"` for none, guards against changes that ' +
      'you have not seen; `If-None-Match: *` wants it to be new.',
    examples: [
      {
        shows: 'New values of two fields, and one removed',
        value: { email: 'ada@example.org', address: { city: 'London' }, nickname: null },
      },
    ],
    answers: { 200: 'Durable. Without `changed` everything was so already.' },
  },
  'GET /v1/entities/{type}/{id}': {
    says: 'Only what was told here is known of it. Its values keep the text that was sent.',
    answers: { 304: 'Nothing changed since the version that `If-None-Match` names.' },
  },
  'GET /v1/entities': {
    says: 'In the order in which they were first told of.',
  },
  'GET /v1/entities/{type}/{id}/changes': {
    says:
      'For who missed some: `changes` leads from `since` to `upTo` at once. When `isComplete` is ' +
      'false, ask again with `since` set to `upTo`.',
  },
};
