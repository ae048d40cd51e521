import { Type } from './type.ts';
import { limits } from '../../core/limits.ts';
import { chainId } from './event-schema.ts';
import { closed, id, orNull, shown, text, whole } from './fields.ts';

const participant = Type.Union([
  text(limits.nameChars, 1),
  closed({
    id: text(limits.nameChars, 1),
    name: Type.Optional(orNull(text(limits.nameChars))),
    role: Type.Optional(orNull(text(limits.nameChars))),
  }),
]);

const conversationId = text(limits.entityIdChars, 1, 'The conversation that it is distilled from.');
const state = Type.Enum(['open', 'finalized'], { description: 'Finalized is final.' });

/** A bundle as it is put; how it continues a chain is no part of it. */
export const BundlePutBody = closed({
  conversationId,
  source: Type.Optional(orNull(text(limits.sourceChars, 1, 'Where the conversation was held.'))),
  summary: Type.Optional(
    Type.String({
      maxLength: limits.bundleSummaryChars,
      'x-wellFormed': true,
      description: 'For people and for whoever decides whether to read on.',
    }),
  ),
  participants: Type.Optional(
    Type.Array(participant, {
      maxItems: limits.bundleParticipants,
      description: 'Who took part: ids, or ids with name and role.',
    }),
  ),
  content: Type.Unknown({
    description: `Any JSON, up to ${limits.bundleBytes} bytes; its exact bytes are kept.`,
  }),
  correlationId: Type.Optional({ ...chainId, description: 'What its event belongs to.' }),
  causationId: Type.Optional({
    ...id,
    description: 'The event that led to it: the webhook-id that you received.',
  }),
});

/** How finalizing continues a chain. */
export const BundleFinalizeBody = closed({
  correlationId: Type.Optional({ ...chainId, description: 'What its event belongs to.' }),
  causationId: Type.Optional({ ...id, description: 'The event that led to it.' }),
});

const head = {
  id: shown('Its id.'),
  conversationId,
  source: orNull(Type.String()),
  summary: Type.String(),
  participants: Type.Array(participant),
  state,
  version: Type.Integer({ description: '1 when made; one higher with each change.' }),
  createdAt: shown('When it was made.'),
  updatedAt: shown('When its version was made.'),
  finalizedAt: orNull(Type.String()),
};

/** The document of a bundle, which its versions and patches are about. */
export const BundleBody = closed({
  ...head,
  content: Type.Unknown({ description: 'Its exact bytes, as they were sent.' }),
});

/** A bundle without its content. */
export const BundleSummaryBody = closed({
  ...head,
  tenantId: shown('Whose it is.'),
  bytes: Type.Integer({ description: 'Of the content.' }),
  sha256: shown('Of the content, in hexadecimal.'),
  url: shown('Where the whole of it is.'),
});

/** What a list of bundles may be narrowed to. */
export const bundleFilters = {
  conversationId: Type.Optional(Type.String({ description: 'Only of this conversation.' })),
  state: Type.Optional(state),
};

/** Which changes are asked for. */
export const bundleChangesQuery = closed({
  since: whole(1, Number.MAX_SAFE_INTEGER, 'The version of the document that you have.'),
});

/** Operations that turn one document into another (RFC 6902). */
export const JsonPatchBody = Type.Array(
  Type.Object({
    op: Type.Enum(['add', 'remove', 'replace']),
    path: Type.String({ description: 'Where, by JSON Pointer (RFC 6901).' }),
    value: Type.Optional(Type.Unknown()),
  }),
);
