import { Type } from './type.ts';
import type { JsonObject } from '../../core/json.ts';
import { limits } from '../../core/limits.ts';
import { closed, eventType, orNull, shown, text, whole } from './fields.ts';

const entity = closed({
  type: eventType,
  id: Type.Optional(orNull(text(limits.entityIdChars, 1))),
});

const coalesce = {
  ...closed({
    windowMs: whole(
      limits.coalesceWindowMinMs,
      limits.coalesceWindowMaxMs,
      'Changes of one entity that come within it are merged.',
    ),
    maxWaitMs: Type.Optional(
      orNull(
        whole(
          limits.coalesceWindowMinMs,
          limits.coalesceWaitMaxMs,
          'How long after the first at most; four windows when not said.',
        ),
      ),
    ),
  }),
  // Not a choice of schemas, whose mistakes nobody could read; true is refused afterwards.
  type: ['object', 'boolean', 'null'],
  description:
    'How changes of entities are merged; false delivers everything, progress of tasks too. ' +
    'Without it changes are delivered one by one, and progress is coalesced.',
};

type Coalesce = boolean | { windowMs: number; maxWaitMs?: number | null };

/** What a subscription wants. */
export const subscriptionWishes = {
  types: Type.Array(Type.String(), {
    minItems: 1,
    maxItems: limits.typesPerSubscription,
    description: 'Event types; a last segment * is one or more segments, * alone every type.',
  }),
  filter: Type.Optional(
    orNull(
      Type.String({
        minLength: 1,
        maxLength: limits.filterBytes,
        description: 'CEL over type, data, metadata, source and entity.',
      }),
    ),
  ),
  entity: Type.Optional(orNull({ ...entity, description: 'Only events about it.' })),
  fields: Type.Optional(
    orNull(
      Type.Array(text(limits.entityFieldChars), {
        minItems: 1,
        maxItems: limits.fieldsPerSubscription,
        description: 'With an entity: only changes of one of these fields.',
      }),
    ),
  ),
  coalesce: Type.Optional(Type.Unsafe<Coalesce | null>(coalesce)),
  claimCheck: Type.Optional(
    orNull(
      Type.Boolean({
        description: `Data over ${limits.claimCheckBytes} bytes is replaced by a signed link.`,
      }),
    ),
  ),
  ack: Type.Optional(
    orNull(
      closed({
        withinMs: whole(
          limits.ackMinMs,
          limits.ackMaxMs,
          'How long a receiver that answers 202 has to report that it is done.',
        ),
      }),
    ),
  ),
  order: Type.Optional(
    orNull(
      Type.Enum(['none', 'key', 'endpoint'], {
        description: 'What goes one at a time: events of a key, or all of the endpoint.',
      }),
    ),
  ),
};

/** Settings alone: what a change must lead to. */
export const SubscriptionSettingsBody = closed(subscriptionWishes);

/** A new subscription of an endpoint. */
export const NewSubscriptionBody = closed({
  endpointId: shown('Which endpoint wants it.'),
  ...subscriptionWishes,
});

/** Many new subscriptions. */
export const NewSubscriptionsBody = closed({
  subscriptions: Type.Array(NewSubscriptionBody, {
    minItems: 1,
    maxItems: limits.subscriptionsAtOnce,
    description: 'Each as for POST /v1/subscriptions.',
  }),
});

/** Many subscriptions that were made. */
export const SubscriptionsMadeBody = closed({
  data: Type.Array(closed({ id: shown('Its id.') }), { description: 'In the order sent.' }),
});

/** A change, as JSON Merge Patch; what it leads to is judged, not the patch. */
export const SubscriptionPatchBody = Type.Unsafe<JsonObject>({
  type: 'object',
  description: 'Settings of a subscription: only what is named changes; null means the default.',
});

/** A subscription as it is shown. */
export const SubscriptionBody = closed({
  id: shown('Its id.'),
  tenantId: shown('Whose it is.'),
  endpointId: shown('Which endpoint wants it.'),
  types: Type.Array(Type.String()),
  filter: orNull(Type.String()),
  entity: orNull(closed({ type: Type.String(), id: orNull(Type.String()) })),
  order: Type.Enum(['none', 'key', 'endpoint']),
  fields: orNull(Type.Array(Type.String())),
  coalesce: Type.Unsafe<object>({
    anyOf: [
      Type.Literal(false),
      closed({ windowMs: Type.Integer(), maxWaitMs: Type.Integer() }),
      { type: 'null' },
    ],
  }),
  claimCheck: Type.Boolean(),
  ack: orNull(closed({ withinMs: Type.Integer() })),
  createdAt: shown('When it was made; it gets events from then on.'),
  updatedAt: shown('When it was last changed.'),
});

/** A subscription that was just made. */
export const CreatedSubscriptionBody = closed({
  ...SubscriptionBody.properties,
  warnings: Type.Array(closed({ code: Type.String(), message: Type.String() }), {
    description: 'What you may not have meant.',
  }),
});
