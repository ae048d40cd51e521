import type { OperationNotes } from './operation-note.ts';

const token =
  'For receivers of a subscription with `ack`, after they answered 202. It takes no access key, ' +
  'but the `posthorn-ack-token` of the request. ';

/** What the document says of reports by receivers. */
export const ackNotes: OperationNotes = {
  'POST /v1/deliveries/{id}/ack': {
    says: `${token}The delivery is delivered; saying so again changes nothing.`,
    examples: [{ shows: 'It is done', value: { note: 'Summary written' } }],
  },
  'POST /v1/deliveries/{id}/fail': {
    says:
      `${token}It counts as a failed attempt: the delivery is sent again by the retry policy, ` +
      'unless it is `final`.',
    examples: [{ shows: 'It will never work', value: { note: 'No such contact', final: true } }],
  },
  'POST /v1/deliveries/{id}/progress': {
    says: `${token}The receiver has \`withinMs\` once more, at most 7 days after the attempt.`,
    examples: [{ shows: 'It takes longer', value: { message: '40 of 100 pages' } }],
  },
};
