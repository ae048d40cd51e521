import { Type } from './type.ts';
import { closed, shown, text } from './fields.ts';

/** What a signed link asks with. */
export const claimQuery = closed({
  tenant: text(256),
  expires: Type.String({ pattern: '^\\d{1,12}$', description: 'Unix seconds.' }),
  versions: Type.Optional(
    Type.String({
      pattern: '^\\d{1,15}-\\d{1,15}$',
      description: 'The changes of an entity that are told as one.',
    }),
  ),
  signature: text(256),
});

/** What a signed link names. */
export const claimParams = closed({ eventId: shown('The event whose data it is.') });
