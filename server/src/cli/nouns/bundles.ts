import type { Static } from 'typebox';
import type { BundleBody, BundleSummaryBody } from '../../api/schemas/bundle-schema.ts';
import { sliceMembers } from '../../core/json-slice.ts';
import type { Noun } from '../command.ts';
import { listCommand } from '../list-command.ts';
import { factLines } from '../output/table.ts';
import { serverCommand } from '../server-command.ts';
import { idCommand, show } from '../show.ts';
import { UsageError } from '../usage-error.ts';
import { putBundle } from './bundle-put.ts';

type Bundle = Static<typeof BundleBody>;
type Summary = Static<typeof BundleSummaryBody>;
type Operation = { readonly op: string; readonly path: string };

const bundleId = ['<id>', 'the id of a bundle'] as const;

const list = listCommand<Summary>({
  name: 'bundles list',
  path: '/v1/bundles',
  summary: 'list bundles, newest first',
  examples: ['posthorn bundles', 'posthorn bundles --conversation conv_8841 --json'],
  isDefault: true,
  filters: [
    { flags: '--conversation <id>', asks: 'conversationId', says: 'of this conversation' },
    { flags: '--state <state>', asks: 'state', says: 'open or finalized' },
  ],
  cells: ({ updatedAt, state, version, bytes, conversationId, summary, id }) => [
    ...[updatedAt, state, `v${version}`, `${bytes} B`.padStart(10), conversationId, id],
    summary.split('\n', 1)[0] ?? '',
  ],
  none: 'no such bundles',
});

const get = idCommand<Bundle>({
  name: 'bundles get',
  takes: bundleId,
  summary: 'show a bundle with its content',
  examples: [
    'posthorn bundles get bun_06d1…',
    'posthorn bundles get bun_06d1… --json > bundle.json',
  ],
  request: (id) => ({ path: `/v1/bundles/${id}` }),
  draw: drawBundle,
});

/** The content as it was sent: parsed and written again, large numbers would be others. */
function drawBundle({ content: _content, ...facts }: Bundle, text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const sliced = sliceMembers(bytes, ['content']);
  const found = sliced.is === 'ok' ? sliced.members.get('content') : undefined;
  const exact = found === undefined ? '' : bytes.toString('utf8', found.start, found.end);
  return [...factLines(facts), 'content:', exact];
}

const finalize = idCommand<Summary>({
  name: 'bundles finalize',
  takes: bundleId,
  summary: 'make a bundle final, which subscribers of bundle.finalized are told',
  examples: ['posthorn bundles finalize bun_06d1…'],
  request: (id) => ({ method: 'POST', path: `/v1/bundles/${id}/finalize` }),
});

const changes = serverCommand<{ readonly since?: string }>({
  name: 'bundles changes',
  takes: [bundleId],
  summary: 'show what changed in a bundle since a version, as JSON Patch with --json',
  examples: [
    'posthorn bundles changes bun_06d1… --since 3',
    'posthorn bundles changes bun_06d1… --since 3 --json > patch.json',
  ],
  about: ['When that is not kept any more, get the bundle whole.'],
  options: [{ flags: '--since <version>', says: 'the version that you have' }],
  run: (call) => {
    const { since } = call.options;
    if (since === undefined) throw new UsageError('--since: is needed');
    const path = `/v1/bundles/${encodeURIComponent(call.args[0] ?? '')}/changes`;
    return show<readonly Operation[]>(call, { path, query: { since } }, (operations) =>
      operations.map(({ op, path: at }) => `${op.padEnd(7)}  ${at}`),
    );
  },
});

/** `posthorn bundles`: distilled context of conversations. */
export const bundlesNoun: Noun = {
  noun: 'bundles',
  summary: 'keep the distilled context of conversations, and read what changed',
  commands: [list, putBundle, get, finalize, changes],
};
