import type { BuiltInEventType } from '../built-in-event-types.ts';
import { contextEventType } from './context-event-type.ts';

/** The type of what tells of entities. */
export const contextEventTypes: readonly BuiltInEventType[] = [
  {
    id: contextEventType,
    description:
      'Fields of an entity changed. In `changes` an `old` that is null was not there, one that ' +
      'is left out is not known; a `new` that is null was removed. Merged changes tell the first ' +
      'old and the last new, and in `mergedFrom` the version of the first.',
    sample: {
      entity: { type: 'contact', id: 'contact_123' },
      changes: {
        email: { old: 'ada@example.com', new: 'ada@example.org' },
        phone: { old: null, new: '+44 20 7946 0958' },
      },
      timestamp: '2026-01-31T12:00:00.000Z',
      source: 'crm',
      version: 7,
    },
  },
];
