import type { FieldError } from '../../core/app-error.ts';
import { limits } from '../../core/limits.ts';
import { checkerOf } from '../checker.ts';
import type { Checker } from '../checker.ts';
import { readInstant } from '../instant-text.ts';
import { eventType, text, time } from '../schemas/fields.ts';
import { Type } from '../schemas/type.ts';
import type { CloudEvent } from './cloud-event.ts';

const reservedPrefix = 'posthorn.';
const required = ['specversion', 'id', 'source', 'type'] as const;
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const mediaType = Type.String({
  maxLength: limits.mediaTypeChars,
  pattern: `^${token}/${token}[ \\t]*(?:;[\\x20-\\x7e]*)?$`,
  'x-says': 'must be a media type such as application/json',
});

/** What each attribute must be; extensions may be any text, whole number or boolean. */
const checkers: Readonly<Record<string, Checker>> = {
  specversion: checkerOf(Type.Literal('1.0', { 'x-says': 'must be 1.0' })),
  id: checkerOf(text(limits.ceIdChars, 1)),
  source: checkerOf(text(limits.sourceChars, 1)),
  type: checkerOf(eventType),
  time: checkerOf(time),
  subject: checkerOf(text(limits.entityIdChars, 1)),
  datacontenttype: checkerOf(mediaType),
  dataschema: checkerOf(text(limits.urlChars, 1)),
  partitionkey: checkerOf(text(limits.keyChars, 1)),
  entitytype: checkerOf(eventType),
};
const checkExtension = checkerOf(
  Type.Unsafe({
    type: ['string', 'boolean', 'integer'],
    pattern: '^[^\\p{Cc}\\p{Cs}]*$',
    'x-says': 'must hold no control characters',
    minimum: -(2 ** 31),
    maximum: 2 ** 31 - 1,
  }),
);

/** Whether a text may name a chain of events. */
export function isChainId(id: string): boolean {
  return id.length <= limits.idChars && /^[A-Za-z0-9_.:-]+$/.test(id);
}

/** What is wrong with the attributes of a CloudEvent; each with the place it belongs to. */
export function cloudEventErrors({ attributes, at }: CloudEvent): FieldError[] {
  const errors: FieldError[] = required
    .filter((name) => !attributes.has(name))
    .map((name) => ({ pointer: at(name), message: 'is required' }));
  let bytes = 0;
  for (const [name, value] of attributes) {
    bytes += name.length + Buffer.byteLength(String(value));
    if (!/^[a-z0-9]+$/.test(name)) {
      errors.push({ pointer: at(name), message: 'is no name of an attribute: use a-z and 0-9' });
    } else errors.push(...((checkers[name] ?? checkExtension)(value, at(name)) ?? []));
  }
  errors.push(...furtherErrors(attributes, at));
  if (bytes > limits.metadataBytes) {
    errors.push({ pointer: at(''), message: `has over ${limits.metadataBytes} bytes` });
  }
  return errors;
}

function furtherErrors(attributes: CloudEvent['attributes'], at: CloudEvent['at']): FieldError[] {
  const errors: FieldError[] = [];
  const [type, happened] = [attributes.get('type'), attributes.get('time')];
  if (typeof type === 'string' && type.startsWith(reservedPrefix)) {
    errors.push({
      pointer: at('type'),
      message: 'must not begin with posthorn., which is reserved',
    });
  }
  if (typeof happened === 'string' && readInstant(happened) === null) {
    errors.push({ pointer: at('time'), message: 'is not a time that exists' });
  }
  return errors;
}
