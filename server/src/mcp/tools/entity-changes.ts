import { Type } from '../../api/schemas/type.ts';
import { entityParams } from '../../api/schemas/context-schema.ts';
import { closed, whole } from '../../api/schemas/fields.ts';
import { limits } from '../../core/limits.ts';
import { tool, untrusted } from '../tool.ts';

/** What happened to an entity. */
export const entityChanges = tool({
  name: 'entity_changes',
  title: 'Changes of an entity',
  description:
    'Show what changed in an entity (such as contact 123) since a version: each change, and all ' +
    'of them in one, with the old and new value per field. Read posthorn://entities/{type}/{id} ' +
    `for all its fields as they are now. ${untrusted}`,
  input: closed({
    ...entityParams.properties,
    since: Type.Optional(
      whole(0, Number.MAX_SAFE_INTEGER, 'The version that you know; 0 (for none) when not said.'),
    ),
    limit: Type.Optional(
      whole(1, limits.mcpRows, `How many versions; ${limits.mcpRowsDefault} when not said.`),
    ),
  }),
  output: Type.Object({
    version: Type.Integer({ description: 'The version that it has now.' }),
    upTo: Type.Integer({ description: 'The version that this leads to; go on from here.' }),
    isComplete: Type.Boolean(),
    changes: Type.Object({}, { description: 'All of them in one: the first old, the last new.' }),
  }),
  isReadOnly: true,
  run: ({ input: { type, id, since = 0, limit = limits.mcpRowsDefault }, api }) => {
    const path = `/v1/entities/${encodeURIComponent(type)}/${encodeURIComponent(id)}/changes`;
    return api.get(path, { since, limit });
  },
});
