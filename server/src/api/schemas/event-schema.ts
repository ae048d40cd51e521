import { Type } from 'typebox';
import { limits } from '../../core/limits.ts';
import { DeliveryBody } from './delivery-schema.ts';
import { retryInput } from './endpoint-schema.ts';
import { closed, eventType, id, metadata, orNull, text, textMap, time, whole } from './fields.ts';

const entity = closed({ type: eventType, id: text(limits.entityIdChars, 1) });
const chainId = Type.String({
  minLength: 1,
  maxLength: limits.idChars,
  pattern: '^[A-Za-z0-9_.:-]+$',
  'x-says': 'may hold letters, digits and _ . : - only',
});

const callback = closed({
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
  retry: Type.Optional(retryInput),
  timeoutMs: Type.Optional(whole(limits.attemptMinMs, limits.attemptMaxMs)),
  headers: Type.Optional(
    textMap(limits.customHeaders, 'Sent with each request. Values are secret and never shown.'),
  ),
});

/** An event as it is published. */
export const NewEventBody = closed({
  type: eventType,
  data: Type.Unknown({ description: `Any JSON; its exact bytes are kept and delivered.` }),
  id: Type.Optional(id),
  key: Type.Optional(orNull(text(limits.keyChars, 1))),
  entity: Type.Optional(orNull(entity)),
  source: Type.Optional(orNull(text(limits.sourceChars, 1))),
  time: Type.Optional(orNull(time)),
  deliverAt: Type.Optional(orNull(time)),
  correlationId: Type.Optional(orNull(chainId)),
  causationId: Type.Optional(orNull(id)),
  metadata: Type.Optional(orNull(metadata)),
  callback: Type.Optional(orNull(callback)),
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
  id: Type.String(),
  duplicate: Type.Boolean(),
  deliveryCount: Type.Integer({ description: 'As planned at accept; replays are not counted.' }),
  sameContent: Type.Optional(Type.Boolean()),
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
  acceptedCount: Type.Integer(),
  rejectedCount: Type.Integer(),
  results: Type.Array(Type.Unknown(), {
    description: 'In the order sent: what POST /v1/events answers, or {error: problem}.',
  }),
});

const eventFields = {
  id: Type.String(),
  tenantId: Type.String(),
  type: Type.String(),
  contentType: Type.String(),
  time: Type.String(),
  createdAt: Type.String(),
  source: orNull(Type.String()),
  key: orNull(Type.String()),
  entity: orNull(closed({ type: Type.String(), id: Type.String() })),
  correlationId: Type.String(),
  causationId: orNull(Type.String()),
  metadata: orNull(metadata),
  ceId: orNull(Type.String({ description: 'The id that it had as a CloudEvent.' })),
  dataErasedAt: orNull(Type.String()),
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
