import { Type } from './type.ts';
import type { TSchema } from 'typebox';
import { contextEventType } from '../../core/context/context-event-type.ts';
import { changesInput } from './context-schema.ts';
import { closed, orNull, shown } from './fields.ts';

/** What the data of the event of an entity holds, by its type. */
export const contextEventSchemas: Readonly<Record<string, TSchema>> = {
  [contextEventType]: closed({
    entity: closed({ type: shown('Such as `contact`.'), id: shown('Which one.') }),
    changes: {
      ...changesInput,
      description:
        'Fields by name. An `old` that is null was not there, one that is left out is not known; ' +
        'a `new` that is null was removed.',
    },
    timestamp: shown('When it changed; of merged changes, the last.'),
    source: orNull(shown('Where the change comes from.')),
    version: Type.Integer({ minimum: 1, description: 'Of the entity; none is left out.' }),
    mergedFrom: Type.Optional(
      Type.Integer({ minimum: 1, description: 'The first version told of, where it merges some.' }),
    ),
  }),
};
