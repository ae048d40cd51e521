import { Type } from 'typebox';
import { closed, orNull } from './fields.ts';

const states = ['pending', 'delivered', 'dead', 'superseded', 'cancelled'] as const;

/** The state of a delivery. */
export const deliveryState = Type.Enum([...states]);

/** A delivery as it is shown. */
export const DeliveryBody = closed({
  id: Type.String(),
  tenantId: Type.String(),
  eventId: Type.String(),
  endpointId: Type.String(),
  subscriptionId: orNull(Type.String({ description: 'Null for a callback.' })),
  webhookUrl: orNull(
    Type.String({
      description: 'Where the next attempt goes, its query masked; null once the endpoint is gone.',
    }),
  ),
  state: deliveryState,
  dueAt: orNull(Type.String()),
  endedAt: orNull(Type.String()),
  reason: orNull(Type.String()),
  supersededBy: orNull(Type.String()),
  orderKey: orNull(Type.String()),
  isReplay: Type.Boolean(),
  replayId: orNull(Type.String({ description: 'The replay that made it.' })),
  attemptCount: Type.Integer(),
  failingSince: orNull(Type.String()),
  firstDueAt: Type.String(),
  createdAt: Type.String(),
});

const headerLines = Type.Array(Type.Array(Type.String()));

const attemptFields = {
  id: Type.String(),
  tenantId: Type.String(),
  deliveryId: Type.String(),
  eventId: Type.String(),
  endpointId: Type.String(),
  webhookUrl: Type.String({ description: 'Where it went; the values of its query are masked.' }),
  event: Type.String({ description: 'The type of the event.' }),
  attemptNumber: Type.Integer(),
  status: Type.Enum(['succeeded', 'failed']),
  statusCode: orNull(Type.Integer()),
  error: orNull(Type.String()),
  latencyMs: Type.Number(),
  createdAt: Type.String(),
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
      body: Type.Optional(Type.String()),
      bodyBase64: Type.Optional(Type.String()),
      isTruncated: Type.Boolean(),
    }),
  ),
  phases: closed({
    queueMs: Type.Number(),
    dnsMs: orNull(Type.Number()),
    connectMs: orNull(Type.Number()),
    tlsMs: orNull(Type.Number()),
    firstByteMs: orNull(Type.Number()),
    bodyMs: orNull(Type.Number()),
  }),
  deliveredAt: orNull(Type.String()),
  explanation: orNull(
    closed({ cause: Type.String(), evidence: Type.String(), fix: Type.String() }),
  ),
  payload: Type.Unknown({ description: 'The data of the event; base64 when it is not JSON.' }),
});
