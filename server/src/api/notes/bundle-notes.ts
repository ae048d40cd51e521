import type { OperationNotes } from './operation-note.ts';

const least = {
  shows: 'The least',
  value: { conversationId: 'conv_8841', content: { facts: ['Invoice 42 is 4200 EUR'] } },
};
const full = {
  shows: 'With who took part and what it comes to',
  value: {
    conversationId: 'conv_8841',
    source: 'slack',
    summary: 'Customer asks for a refund of invoice 42.',
    participants: ['u1', { id: 'u2', name: 'Bo', role: 'support' }],
    content: {
      facts: [{ id: 'f1', text: 'Invoice 42 is 4200 EUR', refs: ['m1'] }],
      decisions: [],
      openQuestions: ['Who approves it?'],
    },
  },
};

/** What the document says of bundles. */
export const bundleNotes: OperationNotes = {
  'POST /v1/bundles': {
    says: 'Its event carries all but the content, and the URL where that is.',
    examples: [least, full],
  },
  'PUT /v1/bundles/{id}': {
    says:
      'The bundle becomes what the body says, as a new version that `bundle.updated` tells of. ' +
      'The same again, byte for byte in its content, changes nothing. `If-None-Match: *` makes ' +
      'one only where there is none. A finalized bundle takes no other body.',
    examples: [least, full],
    answers: {
      200: 'A new version, or the one that there is where nothing changed.',
      201: 'Made.',
    },
  },
  'POST /v1/bundles/{id}/finalize': {
    examples: [{ shows: 'No more than that', value: {} }],
  },
  'GET /v1/bundles/{id}': {
    answers: { 200: 'The document.', 304: 'It is the version that you have.' },
  },
  'GET /v1/bundles/{id}/changes': {
    says:
      'Applied to the document of that version, in order, the operations give the present one; ' +
      'there are none when it is the same. 410 `too_old` when a version between them is not kept ' +
      'or when the document is no larger than what changed: then read it whole.',
  },
};
