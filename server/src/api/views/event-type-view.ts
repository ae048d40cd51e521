import type { Static } from 'typebox';
import type { BuiltInEventType } from '../../core/built-in-event-types.ts';
import type { EventType } from '../../core/event-type.ts';
import { instantText } from '../instant-text.ts';
import type { EventTypeBody } from '../schemas/event-type-schema.ts';

type View = Static<typeof EventTypeBody>;

/** An event type as it is shown. */
export function eventTypeView(value: EventType): View {
  return {
    type: value.id,
    ...eventTypeSettingsView(value),
    registered: true,
    builtIn: false,
    createdAt: instantText(value.createdAt),
    updatedAt: instantText(value.updatedAt),
  };
}

/** What can be set on an event type, as its owner would write it. */
export function eventTypeSettingsView(value: EventType) {
  const { description, schema, sample, isDeprecated: deprecated, retentionMs } = value;
  return { description, schema, sample, deprecated, retentionMs };
}

/** A reserved type as it is shown. */
export function builtInTypeView({ id, description, sample }: BuiltInEventType): View {
  return { ...unsaid, type: id, description, sample, registered: true, builtIn: true };
}

/** A type that some event has and nobody registered. */
export function seenTypeView(type: string): View {
  return { ...unsaid, type, registered: false };
}

const unsaid = {
  description: '',
  schema: null,
  sample: null,
  deprecated: false,
  retentionMs: null,
  builtIn: false,
  createdAt: null,
  updatedAt: null,
};
