import { Type } from './type.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { limits } from '../../core/limits.ts';
import { closed, eventType, orNull, shown, text, whole } from './fields.ts';

const jsonSchema = Type.Unsafe<JsonObject>({
  type: 'object',
  description:
    'What the data of its events must fit: JSON Schema, draft 2020-12 or draft-07, that refers ' +
    'to nothing outside itself. `format` is not checked.',
});
const sample = Type.Unsafe<Json>({
  description: 'An example of its data, which must fit the schema; test events carry it.',
});

/** Everything that can be said of an event type. Null, or leaving it out, means the default. */
const eventTypeSettings = {
  description: Type.Optional(orNull(text(limits.descriptionChars))),
  schema: Type.Optional(orNull(jsonSchema)),
  sample: Type.Optional(sample),
  deprecated: Type.Optional(orNull(Type.Boolean())),
  retentionMs: Type.Optional(
    orNull(
      whole(
        limits.retentionMinMs,
        limits.retentionMaxMs,
        'How long its events are kept; it wins over what is set for a tenant.',
      ),
    ),
  ),
};

/** Settings alone: what a PUT brings, and what a PATCH must lead to. */
export const EventTypeSettingsBody = closed(eventTypeSettings);

/** A new event type. */
export const NewEventTypeBody = closed({ type: eventType, ...eventTypeSettings });

/** A change of settings, as JSON Merge Patch; what it leads to is judged, not the patch. */
export const EventTypePatchBody = Type.Unsafe<JsonObject>({
  type: 'object',
  description: 'Only what is named changes, also within the schema; null means the default.',
});

/** An event type as it is shown. */
export const EventTypeBody = closed({
  type: shown('Its name.'),
  description: shown('For people.'),
  schema: orNull(jsonSchema),
  sample,
  deprecated: Type.Boolean(),
  retentionMs: orNull(Type.Integer()),
  registered: Type.Boolean({ description: 'False for one that was only seen on events.' }),
  builtIn: Type.Boolean({ description: 'Whether only Posthorn itself makes its events.' }),
  createdAt: orNull(shown('When it was registered.')),
  updatedAt: orNull(shown('When it was last changed.')),
});
