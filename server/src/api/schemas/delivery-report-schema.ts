import { Type } from './type.ts';
import { limits } from '../../core/limits.ts';
import { deliveryState } from './delivery-schema.ts';
import { closed, orNull, shown, text } from './fields.ts';

const note = (description: string) => Type.Optional(text(limits.ackNoteChars, 0, description));

/** What a receiver says when it is done, or is not. */
export const AckBody = closed({ note: note('What came of it; kept with the delivery.') });

/** What a receiver says when it failed. */
export const FailBody = closed({
  note: note('What went wrong; kept with the delivery.'),
  final: Type.Optional(
    Type.Boolean({ description: 'Whether it must not be sent again: it is a dead letter.' }),
  ),
});

/** What a receiver says while it works. */
export const AckProgressBody = closed({ message: note('How far it is; kept with the delivery.') });

/** What the receiver of a delivery has reported of it. */
export const ReportsBody = closed({
  data: Type.Array(
    closed({
      kind: Type.Enum(['ack', 'fail', 'progress']),
      attemptNumber: Type.Integer({ description: 'The attempt that it is about.' }),
      note: orNull(shown('What the receiver said.')),
      createdAt: shown('When it was reported.'),
    }),
    { description: `Newest first, at most ${limits.ackReports}.` },
  ),
});

/** How a delivery stands after a report. */
export const ReportedBody = closed({
  id: shown('The delivery.'),
  state: deliveryState,
  awaitingAck: Type.Boolean({ description: 'Whether there is still something to report.' }),
  ackBy: orNull(shown('By when; null unless that is so.')),
  dueAt: orNull(shown('When it is sent next; null once it has ended.')),
});
