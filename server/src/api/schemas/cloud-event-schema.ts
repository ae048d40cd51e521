import { Type } from './type.ts';
import { limits } from '../../core/limits.ts';
import { eventType, orNull, text, time } from './fields.ts';

/** A CloudEvent 1.0 in the JSON format, in which null says that an attribute is not there. */
export const CloudEventBody = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    id: text(limits.ceIdChars, 1, 'With source the identity of the event.'),
    source: text(limits.sourceChars, 1),
    type: eventType,
    time: Type.Optional(orNull(time)),
    subject: Type.Optional(orNull(text(limits.entityIdChars, 1, 'Becomes the id of the entity.'))),
    datacontenttype: Type.Optional(orNull(Type.String({ examples: ['application/json'] }))),
    partitionkey: Type.Optional(orNull(text(limits.keyChars, 1, 'Becomes the key.'))),
    data: Type.Optional(Type.Unknown({ description: 'Its exact bytes are kept and delivered.' })),
    data_base64: Type.Optional(orNull(Type.String({ description: 'Instead of data, for bytes.' }))),
  },
  { description: 'Extension attributes, named in a-z and 0-9, become metadata.' },
);

/** Several CloudEvents; one that is wrong refuses all. */
export const CloudEventBatchBody = Type.Array(CloudEventBody, { maxItems: limits.batchEvents });
