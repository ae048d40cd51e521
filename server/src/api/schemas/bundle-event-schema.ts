import { Type } from './type.ts';
import type { TSchema } from 'typebox';
import type { BundleEventType } from '../../core/bundle/bundle-event.ts';
import { BundleSummaryBody } from './bundle-schema.ts';
import { closed, orNull, shown } from './fields.ts';

const { conversationId, source, summary, participants } = BundleSummaryBody.properties;
const { createdAt, updatedAt, version, bytes, sha256 } = BundleSummaryBody.properties;

const told = {
  bundleId: shown('The bundle.'),
  ...{ conversationId, source, summary, participants, createdAt, updatedAt },
  finalizedAt: orNull(Type.String({ description: 'When it was made final; null before that.' })),
  url: shown('Where its document is: a path where the server does not know its own address.'),
  ...{ version, bytes, sha256 },
};

const changed = {
  previousVersion: Type.Integer({ description: 'The version before this one.' }),
  changed: Type.Array(Type.String(), {
    description: 'Members of the document that are not as in the version before.',
  }),
};

const byType: Readonly<Record<BundleEventType, TSchema>> = {
  'bundle.created': closed(told),
  'bundle.updated': closed({ ...told, ...changed }),
  'bundle.finalized': closed({ ...told, ...changed }),
};

/** What the data of each event of a bundle holds, by its type. */
export const bundleEventSchemas: Readonly<Record<string, TSchema>> = byType;
