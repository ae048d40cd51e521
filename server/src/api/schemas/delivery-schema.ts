import { Type } from './type.ts';
import { closed, orNull, shown } from './fields.ts';

const states = ['pending', 'delivered', 'dead', 'superseded', 'cancelled'] as const;

/** The state of a delivery. */
export const deliveryState = Type.Enum([...states]);

/** A delivery as it is shown. */
export const DeliveryBody = closed({
  id: shown('Its id.'),
  tenantId: shown('Whose it is.'),
  eventId: shown('The event that is owed.'),
  endpointId: shown('To which endpoint.'),
  subscriptionId: orNull(shown('By which subscription; null for a callback.')),
  webhookUrl: orNull(
    Type.String({
      description: 'Where the next attempt goes, its query masked; null once the endpoint is gone.',
    }),
  ),
  state: deliveryState,
  dueAt: orNull(shown('When it may be tried next; null once it has ended.')),
  awaitingAck: Type.Boolean({
    description: 'Whether the receiver has accepted it and is to report that it is done.',
  }),
  ackBy: orNull(shown('When it is sent again if nothing is reported; null unless that is so.')),
  endedAt: orNull(shown('When it ended; null while it is pending.')),
  reason: orNull(
    shown('Why it is dead or cancelled: `attempts_exhausted` …, or `held`, as its chain is.'),
  ),
  supersededBy: orNull(shown('The delivery that took its place.')),
  orderKey: orNull(shown('Deliveries with the same one go one at a time.')),
  isReplay: Type.Boolean({ description: 'Whether somebody asked for it to be made again.' }),
  replayId: orNull(Type.String({ description: 'The replay that made it.' })),
  attemptCount: Type.Integer({ description: 'Attempts so far, also those before a retry.' }),
  supersededCount: Type.Integer({ description: 'How many deliveries this one stands for.' }),
  merged: orNull(
    closed({
      from: Type.Integer({ description: 'The first version of its entity that it tells of.' }),
      to: Type.Integer({ description: 'The last one.' }),
    }),
  ),
  failingSince: orNull(shown('When the attempts that fail now began to.')),
  firstDueAt: shown('When it was first due; its age counts from here.'),
  createdAt: shown('When it was made.'),
});

const headerLines = Type.Array(Type.Array(Type.String()));

const attemptFields = {
  id: shown('Its id.'),
  tenantId: shown('Whose it is.'),
  deliveryId: shown('The delivery that was tried.'),
  eventId: shown('Its event.'),
  endpointId: shown('Its endpoint.'),
  webhookUrl: Type.String({ description: 'Where it went; the values of its query are masked.' }),
  event: Type.String({ description: 'The type of the event.' }),
  attemptNumber: Type.Integer({ description: '1 for the first attempt.' }),
  status: Type.Enum(['succeeded', 'failed'], { description: '2xx alone is success.' }),
  statusCode: orNull(Type.Integer({ description: 'What was answered; null when nothing was.' })),
  error: orNull(
    shown('What went wrong: `http_503`, `timeout`, `dns_error` …; null when it succeeded.'),
  ),
  latencyMs: Type.Number({ description: 'From its start to the end of the answer.' }),
  createdAt: shown('When it started.'),
};

/** An attempt as lists show it. */
export const AttemptSummaryBody = closed(attemptFields);

/** An attempt with all that was sent and came back. */
export const AttemptBody = closed({
  ...attemptFields,
  request: closed({ url: Type.String(), headers: headerLines }),
  response: orNull(
    closed({
      statusCode: orNull(Type.Integer()),
      headers: headerLines,
      body: Type.Optional(shown('What is kept of it, when it is UTF-8.')),
      bodyBase64: Type.Optional(shown('What is kept of it, when it is not.')),
      isTruncated: Type.Boolean({ description: 'Whether there was more than is kept.' }),
    }),
  ),
  phases: closed({
    queueMs: Type.Number({ description: 'From when it was due to its start.' }),
    dnsMs: orNull(Type.Number()),
    connectMs: orNull(Type.Number()),
    tlsMs: orNull(Type.Number()),
    firstByteMs: orNull(Type.Number()),
    bodyMs: orNull(Type.Number()),
  }),
  deliveredAt: orNull(shown('When the delivery was done; null while it is not.')),
  explanation: orNull(
    closed({
      cause: shown('What went wrong, in one sentence.'),
      evidence: shown('What was seen that says so.'),
      fix: shown('What to do about it.'),
    }),
  ),
  payload: Type.Unknown({ description: 'The data of the event; base64 when it is not JSON.' }),
});
