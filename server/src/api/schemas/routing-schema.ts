import { Type } from './type.ts';
import { DeliveryBody } from './delivery-schema.ts';
import { closed, orNull } from './fields.ts';

/** Why an endpoint got an event, or which rule said no. */
export const RoutingBody = closed({
  endpointId: Type.String(),
  webhookUrl: Type.String(),
  matched: Type.Boolean({ description: 'Whether there is a delivery.' }),
  rule: Type.Enum([
    'matched',
    'callback',
    'replayed',
    'held',
    'endpoint_made_later',
    'endpoint_deleted',
    'endpoint_disabled',
    'no_subscription',
    'no_match',
    'changed_since',
  ]),
  says: Type.String(),
  deliveries: Type.Array(DeliveryBody),
  subscriptions: Type.Array(
    closed({
      id: Type.String(),
      matched: Type.Boolean(),
      rule: Type.Enum([
        'matched',
        'older_took_it',
        'made_later',
        'type',
        'entity',
        'fields',
        'filter',
        'data_erased',
      ]),
      says: Type.String(),
      value: orNull(Type.String({ description: 'What the event has where the rule said no.' })),
    }),
  ),
});
