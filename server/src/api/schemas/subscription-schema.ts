import { Type } from 'typebox';
import type { JsonObject } from '../../core/json.ts';
import { limits } from '../../core/limits.ts';
import { closed, eventType, orNull, shown, text } from './fields.ts';

const entity = closed({
  type: eventType,
  id: Type.Optional(orNull(text(limits.entityIdChars, 1))),
});

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
  createdAt: shown('When it was made; it gets events from then on.'),
  updatedAt: shown('When it was last changed.'),
});
