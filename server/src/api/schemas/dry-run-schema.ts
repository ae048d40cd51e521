import { Type } from './type.ts';
import { closed, orNull } from './fields.ts';

const RequestBody = closed({
  headers: Type.Array(Type.Array(Type.String()), {
    description: 'As they would be sent now, signed; values of custom headers are masked.',
  }),
  bodyBytes: Type.Integer(),
  body: Type.Optional(Type.String({ description: 'The exact bytes, when they are UTF-8.' })),
  bodyBase64: Type.Optional(Type.String({ description: 'The exact bytes, when they are not.' })),
});

/** Who would get an event, and by which request; nothing was published. */
export const DryRunBody = closed({
  dryRun: Type.Literal(true),
  id: Type.String({ description: 'The id that signs the requests shown.' }),
  deliveryCount: Type.Integer(),
  wouldDeliver: Type.Array(
    closed({
      endpointId: orNull(Type.String({ description: 'Null for a callback.' })),
      url: Type.String(),
      subscriptionId: orNull(Type.String({ description: 'Null for a callback.' })),
      orderKey: orNull(Type.String()),
      dueAt: Type.String(),
      held: orNull(
        Type.Enum(['endpoint_paused', 'circuit_open', 'chain'], {
          description: 'Why it would wait.',
        }),
      ),
      request: RequestBody,
    }),
    { description: 'Those with the oldest subscriptions first; deliveryCount counts all.' },
  ),
});
