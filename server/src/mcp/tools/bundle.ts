import { Type } from '../../api/schemas/type.ts';
import { closed, id, whole } from '../../api/schemas/fields.ts';
import { tool, untrusted } from '../tool.ts';

/** A bundle, or what changed in it. */
export const bundle = tool({
  name: 'bundle',
  title: 'Read a context bundle',
  description:
    'Read a context bundle: what one agent hands to the next. Without since: the whole ' +
    'document with its content. With since, the version that you have: only what changed, as ' +
    'JSON Patch (RFC 6902), which is [] when you are up to date. If that version is no longer ' +
    `held (too_old) read the whole. ${untrusted}`,
  input: closed({
    bundleId: id,
    since: Type.Optional(
      whole(1, Number.MAX_SAFE_INTEGER, 'The version of the document that you have.'),
    ),
  }),
  output: closed({
    bundle: Type.Optional(Type.Object({}, { description: 'Without since: the document.' })),
    since: Type.Optional(Type.Integer({ description: 'As asked.' })),
    patch: Type.Optional(
      Type.Array(Type.Object({}), { description: 'With since: the operations, in order.' }),
    ),
  }),
  isReadOnly: true,
  run: async ({ input: { bundleId, since }, api }) => {
    const path = `/v1/bundles/${bundleId}`;
    if (since === undefined) return `{"bundle":${await api.get(path)}}`;
    return `{"since":${since},"patch":${await api.get(`${path}/changes`, { since })}}`;
  },
});
