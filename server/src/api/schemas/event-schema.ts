import { Type } from './type.ts';
import { bodyFormats } from '../../core/endpoint.ts';
import { limits } from '../../core/limits.ts';
import { DeliveryBody } from './delivery-schema.ts';
import { retryInput } from './endpoint-schema.ts';
import {
  closed,
  eventType,
  id,
  metadata,
  orNull,
  shown,
  text,
  textMap,
  time,
  whole,
} from './fields.ts';

const entity = closed({ type: eventType, id: text(limits.entityIdChars, 1) });

/** What names a chain of events. */
export const chainId = Type.String({
  minLength: 1,
  maxLength: limits.idChars,
  pattern: '^[A-Za-z0-9_.:-]+$',
  'x-says': 'may hold letters, digits and _ . : - only',
});

/** Where one event goes besides the endpoints that want it. */
export const callbackInput = closed({
  url: text(limits.urlChars, 1, 'Gets this event, besides the endpoints that want it.'),
  types: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      maxItems: limits.typesPerSubscription,
      description: 'Patterns as in a subscription; without them it gets the event in any case.',
    }),
  ),
  secret: Type.Optional(
    text(limits.secretChars, 8, 'whsec_ and base64; without it the callback secret of the tenant.'),
  ),
  format: Type.Optional(
    Type.Enum([...bodyFormats], { description: 'How the body is made; `standard` when not said.' }),
  ),
  retry: Type.Optional(retryInput),
  timeoutMs: Type.Optional(whole(limits.attemptMinMs, limits.attemptMaxMs)),
  headers: Type.Optional(
    textMap(limits.customHeaders, 'Sent with each request. Values are secret and never shown.'),
  ),
});

/** An event as it is published. */
export const NewEventBody = closed({
  type: { ...eventType, description: 'A dotted name, such as `task.completed`.' },
  data: Type.Unknown({ description: `Any JSON; its exact bytes are kept and delivered.` }),
  id: Type.Optional({ ...id, description: 'Your own id makes repeating safe; else one is made.' }),
  key: Type.Optional(
    orNull(text(limits.keyChars, 1, 'What subscriptions with order: key keep in order.')),
  ),
  entity: Type.Optional(orNull({ ...entity, description: 'What it is about.' })),
  source: Type.Optional(orNull(text(limits.sourceChars, 1, 'Where it comes from.'))),
  time: Type.Optional(orNull({ ...time, description: 'When it happened; now when not said.' })),
  deliverAt: Type.Optional(orNull({ ...time, description: 'Not delivered before this time.' })),
  correlationId: Type.Optional(
    orNull({ ...chainId, description: 'What belongs together; that of its cause, or its own id.' }),
  ),
  causationId: Type.Optional(
    orNull({ ...id, description: 'The event that led to it: the webhook-id that you received.' }),
  ),
  metadata: Type.Optional(orNull(metadata)),
  callback: Type.Optional(
    orNull({ ...callbackInput, description: 'One address for this event alone.' }),
  ),
});

/** Several events at once; each is judged alone. */
export const NewEventsBody = closed({
  events: Type.Array(Type.Unknown(), {
    minItems: 1,
    maxItems: limits.batchEvents,
    description: 'Each as for POST /v1/events.',
  }),
});

const acceptedFields = {
  id: shown('The id of the event: its webhook-id.'),
  duplicate: Type.Boolean({
    description: 'Whether the same id was accepted before; then nothing is new.',
  }),
  deliveryCount: Type.Integer({ description: 'As planned at accept; replays are not counted.' }),
  held: Type.Optional(
    Type.Literal(true, { description: 'It is durable, but not delivered until it is released.' }),
  ),
  reason: Type.Optional(
    Type.Literal('hops', { description: 'Why it is held: its chain has become too long.' }),
  ),
  sameContent: Type.Optional(
    Type.Boolean({ description: 'For a duplicate: whether type and data are the same too.' }),
  ),
  callback: Type.Optional(
    closed({
      signedWith: Type.Enum(['callback', 'tenant'], {
        description: 'Its own secret, or that of GET /v1/tenants/{id}/callback-secret.',
      }),
    }),
  ),
};

/** What became of a published event. */
export const AcceptedBody = closed(acceptedFields);

/** What became of an event that was waited for. */
export const WaitedBody = closed({
  ...acceptedFields,
  isComplete: Type.Boolean({ description: 'Whether every delivery has ended.' }),
  deliveries: Type.Array(DeliveryBody, { description: 'As they stand, oldest first.' }),
});

/** What became of several. */
export const AcceptedManyBody = closed({
  acceptedCount: Type.Integer({ description: 'Events that are durable now, or were before.' }),
  rejectedCount: Type.Integer({ description: 'Events that were not accepted.' }),
  results: Type.Array(Type.Unknown(), {
    description: 'In the order sent: what POST /v1/events answers, or {error: problem}.',
  }),
});

const eventFields = {
  id: shown('Its id: its webhook-id.'),
  tenantId: shown('Whose it is.'),
  type: shown('Its type.'),
  contentType: shown('The type of its data.'),
  time: shown('When it happened.'),
  createdAt: shown('When it was accepted.'),
  source: orNull(shown('Where it came from.')),
  key: orNull(shown('What it is kept in order by.')),
  entity: orNull(closed({ type: Type.String(), id: Type.String() })),
  correlationId: shown('What it belongs to.'),
  causationId: orNull(shown('The event that led to it.')),
  hops: Type.Integer({ description: 'How many events of its chain stand before it.' }),
  metadata: orNull(metadata),
  ceId: orNull(Type.String({ description: 'The id that it had as a CloudEvent.' })),
  dataErasedAt: orNull(shown('When its data was erased.')),
};

/** What is left of an event once its data was erased. */
export const ErasedBody = closed({ id: Type.String(), dataErasedAt: Type.String() });

/** An event as lists show it. */
export const EventSummaryBody = closed({ ...eventFields, dataBytes: Type.Integer() });

/** An event with its data. */
export const EventBody = closed({
  ...eventFields,
  dataBytes: Type.Integer(),
  data: Type.Optional(Type.Unknown({ description: 'Byte for byte as it was published.' })),
  dataBase64: Type.Optional(
    Type.String({ description: 'Instead of data, when that is not JSON.' }),
  ),
});
