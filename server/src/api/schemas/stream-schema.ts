import { Type } from './type.ts';
import { limits } from '../../core/limits.ts';
import { closed, id, orNull, text, time, whole } from './fields.ts';

const token = Type.Optional(
  Type.String({
    maxLength: limits.streamTokenChars,
    description: 'A token for this one stream, in place of a key.',
  }),
);

const after = Type.Optional(
  text(
    limits.idChars,
    1,
    'Goes on after this: the `id` of a message, the id of an event, or `oldest`. From now when ' +
      'not said; `Last-Event-ID` wins over it.',
  ),
);

/** Which events are streamed. */
export const streamQuery = closed({
  types: Type.Optional(
    text(limits.streamTypesChars, 1, 'Patterns of event types, separated by commas.'),
  ),
  source: Type.Optional(text(limits.sourceChars, 1, 'Only events of this source.')),
  entity: Type.Optional(
    text(
      limits.typeChars + limits.entityIdChars + 1,
      1,
      'Only events about this entity: `type`, or `type/id`.',
    ),
  ),
  after,
  token,
});

/** How the events of one task are read. */
export const taskStreamQuery = { after, token };

export const NewStreamTokenBody = closed({
  taskId: Type.Optional({ ...id, description: 'The one task whose events may be read.' }),
  types: Type.Optional(
    Type.Array(Type.String({ maxLength: limits.typeChars }), {
      minItems: 1,
      maxItems: limits.streamTypes,
      description: 'Patterns of the types that may be read; all when neither is said.',
    }),
  ),
  expiresMs: Type.Optional(
    whole(
      1_000,
      limits.streamTokenMs,
      `How long it is good for; ${limits.streamTokenDefaultMs} when not said.`,
    ),
  ),
});

export const StreamTokenBody = closed({
  token: Type.String({ description: 'To be sent as `?token=`; it reads one stream and no more.' }),
  url: Type.String({ description: 'The path of its stream, the token included.' }),
  taskId: orNull(Type.String()),
  types: orNull(Type.Array(Type.String())),
  expiresAt: time,
});
