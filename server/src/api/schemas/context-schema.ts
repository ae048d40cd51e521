import { Type } from './type.ts';
import type { JsonObject } from '../../core/json.ts';
import { limits } from '../../core/limits.ts';
import { chainId } from './event-schema.ts';
import { closed, eventType, id, metadata, orNull, shown, text, whole } from './fields.ts';

const shownEntity = closed({ type: Type.String(), id: Type.String() });

/** The path of one entity; what is no type or id of one is refused. */
export const entityParams = closed({
  type: { ...eventType, description: 'The type of the entity.', examples: ['contact'] },
  id: text(limits.entityIdChars, 1, 'Its id, URL-encoded.'),
});

const oldSays = 'What it was: null for not there. Left out, the last known value is told.';
const newSays = 'What it is now; null for removed.';

/** The fields of an entity that changed, by name. */
export const changesInput = Type.Unsafe<JsonObject>({
  type: 'object',
  minProperties: 1,
  maxProperties: limits.entityFields,
  additionalProperties: closed({
    old: Type.Optional(Type.Unknown({ description: oldSays })),
    new: Type.Unknown({ description: newSays }),
  }),
  description: 'Fields by name. Values of any JSON keep their exact text.',
});

const origin = {
  source: Type.Optional(orNull(text(limits.sourceChars, 1, 'Where the change comes from.'))),
  correlationId: Type.Optional(
    orNull({ ...chainId, description: 'What belongs together; that of its cause, or its own id.' }),
  ),
  causationId: Type.Optional(
    orNull({ ...id, description: 'The event that led to it: the webhook-id that you received.' }),
  ),
};

const about = {
  entity: { ...closed({ type: eventType, id: text(limits.entityIdChars, 1) }) },
  ...origin,
  metadata: Type.Optional(orNull(metadata)),
};

/** Changes of an entity, as somebody tells them. */
export const ContextUpdateBody = closed({ ...about, changes: changesInput });

/** The same once the changes were cut out, to be read as text. */
export const AroundChangesBody = closed({ ...about, changes: Type.Unknown() });

/** New values of an entity. */
export const EntityPatchBody = Type.Unsafe<JsonObject>({
  type: 'object',
  description: 'A JSON Merge Patch of the fields: null removes one, objects are patched.',
});

/** What besides its body a patch says, in the query. */
export const entityPatchQuery = closed({
  source: Type.Optional(text(limits.sourceChars, 1, 'Where the change comes from.')),
  correlationId: Type.Optional({ ...chainId, description: 'What belongs together.' }),
  causationId: Type.Optional({ ...id, description: 'The event that led to it.' }),
});

const version = Type.Integer({ description: 'One higher with each change; 0 before the first.' });

/** What came of a change. */
export const EntityChangedBody = closed({
  changed: Type.Boolean({ description: 'False when everything was so already: no event.' }),
  entity: shownEntity,
  version,
  eventId: orNull(shown('The `context.updated` that tells of it; null when nothing changed.')),
  deliveryCount: Type.Integer({ description: 'To how many endpoints it goes.' }),
});

const entityFields = {
  type: Type.String(),
  id: Type.String(),
  tenantId: shown('Whose it is.'),
  version,
  source: orNull(shown('Of its newest change.')),
  createdAt: shown('When it was first told of.'),
  updatedAt: shown('When it last changed.'),
};

/** An entity as lists show it. */
export const EntitySummaryBody = closed({
  ...entityFields,
  fieldCount: Type.Integer({ description: 'How many fields of it are known.' }),
});

/** An entity with its values. */
export const EntityBody = closed({
  ...entityFields,
  values: Type.Unsafe<JsonObject>({
    type: 'object',
    description: 'Its fields as last told, numbers with every digit that was sent.',
  }),
});

const shownChanges = Type.Unsafe<JsonObject>({
  type: 'object',
  description: '`{field: {old?, new}}`.',
});

/** How much of a history is asked for. */
export const entityChangesQuery = closed({
  since: whole(0, Number.MAX_SAFE_INTEGER, 'The version that you know; 0 for none.'),
  limit: Type.Optional(
    whole(1, limits.listMax, `How many versions; ${limits.listDefault} when not said.`),
  ),
});

/** What happened to an entity since a version. */
export const EntityChangesBody = closed({
  entity: shownEntity,
  since: Type.Integer({ description: 'As asked.' }),
  upTo: Type.Integer({ description: 'The version that this leads to; go on from here.' }),
  version: Type.Integer({ description: 'The version that it has now.' }),
  isComplete: Type.Boolean({ description: 'Whether `upTo` is the version that it has now.' }),
  changes: { ...shownChanges, description: 'All of them in one: the first old, the last new.' },
  versions: Type.Array(
    closed({
      version: Type.Integer(),
      at: orNull(shown('When it changed; null when its data was erased.')),
      source: orNull(Type.String()),
      changes: shownChanges,
    }),
    { description: 'Oldest first.' },
  ),
});
