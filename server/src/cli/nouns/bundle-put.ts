import type { Static } from 'typebox';
import type { BundleSummaryBody } from '../../api/schemas/bundle-schema.ts';
import { readJsonText } from '../read-input.ts';
import { serverCommand } from '../server-command.ts';
import type { ServerCall } from '../server-command.ts';
import { show } from '../show.ts';
import { UsageError } from '../usage-error.ts';
import { jsonOrText, readFields, readNumber } from './read-fields.ts';

type PutOptions = {
  readonly conversation?: string;
  readonly content?: string;
  readonly source?: string;
  readonly summary?: string;
  readonly participants?: readonly string[];
  readonly causedBy?: string;
  readonly ifVersion?: string;
};

/** Makes a bundle, or its next version. */
export const putBundle = serverCommand<PutOptions>({
  name: 'bundles put',
  takes: [['[id]', 'the id of the bundle; one is made when it is left out']],
  summary: 'make a bundle, or its next version',
  examples: [
    'posthorn bundles put case-42 --conversation conv_8841 --content @facts.json',
    'posthorn bundles put case-42 --conversation conv_8841 --content @facts.json --if-version 3',
    `posthorn bundles put --conversation conv_8841 --summary "Refund asked for" --content '{}'`,
  ],
  options: [
    { flags: '--conversation <id>', says: 'the conversation that it is distilled from' },
    { flags: '--content <json>', says: 'any JSON, @FILE, or - for standard input' },
    { flags: '--source <name>', says: 'where the conversation was held' },
    { flags: '--summary <text>', says: 'what it comes to' },
    { flags: '--participants <id...>', says: 'who took part; each an id, or JSON with more' },
    { flags: '--caused-by <id>', says: 'the event it follows from' },
    { flags: '--if-version <version>', says: 'only if this is the version that there is' },
  ],
  run: async (call) => {
    const json = await bodyOf(call);
    const [id] = call.args;
    const path = id === undefined ? '/v1/bundles' : `/v1/bundles/${encodeURIComponent(id)}`;
    const method = id === undefined ? 'POST' : 'PUT';
    const version = readNumber(call.options.ifVersion, '--if-version');
    const headers = version === undefined ? {} : { 'if-match': `"${version}"` };
    return show<Static<typeof BundleSummaryBody>>(call, { method, path, json, headers });
  },
});

/** The content stands in the body as it was given. */
async function bodyOf({ options, shell }: ServerCall<PutOptions>): Promise<string> {
  const { conversation, content, source, summary, participants, causedBy } = options;
  if (conversation === undefined) throw new UsageError('--conversation: is needed');
  if (content === undefined) throw new UsageError('--content: is needed');
  const exact = await readJsonText(content, { option: '--content', input: shell.input });
  const texts = readFields({
    ...{ conversationId: conversation, source, summary, causationId: causedBy },
    participants: participants?.map((each) => (each.startsWith('{') ? jsonOrText(each) : each)),
  });
  return `${JSON.stringify(texts).slice(0, -1)},"content":${exact}}`;
}
