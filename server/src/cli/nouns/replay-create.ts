import type { Static } from 'typebox';
import type { ReplayBody, ReplayLookBody } from '../../api/schemas/replay-schema.ts';
import { exitCodes } from '../../app/exit-codes.ts';
import { answered } from '../api-client.ts';
import { collect } from '../command.ts';
import { printJsonText, printLines } from '../output/print.ts';
import { factLines, tableLines } from '../output/table.ts';
import { readMoment } from '../read-moment.ts';
import { serverCommand } from '../server-command.ts';
import type { ServerCall } from '../server-command.ts';
import { say } from '../shell.ts';
import { show } from '../show.ts';
import { UsageError } from '../usage-error.ts';
import { readFields, readNumber } from './read-fields.ts';
import { watchReplay } from './watch-replay.ts';
import { typesOption } from '../types-option.ts';

type ReplayOptions = {
  readonly only?: string;
  readonly endpoint?: string;
  readonly types?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly event?: readonly string[];
  readonly delivery?: readonly string[];
  readonly everything?: boolean;
  readonly as?: string;
  readonly rate?: string;
  readonly dryRun?: boolean;
  readonly watch?: boolean;
};

type Look = Static<typeof ReplayLookBody>;
type Replay = Static<typeof ReplayBody>;

/** `posthorn replay`: makes a replay, and follows it if asked. */
export const createReplay = serverCommand<ReplayOptions>({
  name: 'replay create',
  summary: 'deliver events again',
  examples: [
    'posthorn replay --endpoint ep_06d1… --only dead --dry-run',
    'posthorn replay --endpoint ep_06d1… --only dead --watch',
    'posthorn replay --endpoint ep_06d1… --only missing --since 1d',
    'posthorn replay --event evt_06d1… --endpoint ep_06d1… --only all --as same',
  ],
  about: [
    'Only dead letters unless said otherwise. --dry-run counts and changes nothing.',
    'all also means what was delivered, so it needs --as: a receiver that drops repeats would',
    'drop the same webhook-id.',
  ],
  isDefault: true,
  options: [
    { flags: '--only <which>', says: 'dead (default), failed, missing or all' },
    { flags: '--endpoint <id>', says: 'to this endpoint' },
    typesOption('events of these types'),
    { flags: '--since <time>', says: 'published at or after: 2h (ago), or a time' },
    { flags: '--until <time>', says: 'published before' },
    { flags: '--event <id>', says: 'this event (repeatable)', read: collect },
    { flags: '--delivery <id>', says: 'this delivery (repeatable)', read: collect },
    { flags: '--everything', says: 'all that --only means, with no other condition' },
    { flags: '--as <identity>', says: 'same keeps the webhook-id, new makes new events' },
    { flags: '--rate <perSecond>', says: 'deliveries made per second' },
    { flags: '--dry-run', says: 'count what would be delivered, and change nothing' },
    { flags: '--watch', says: 'show progress until it has ended' },
  ],
  run: async (call) => {
    const { api, shell, options } = call;
    const request = { method: 'POST', path: '/v1/replays', body: bodyOf(call) } as const;
    if (options.dryRun === true) return show<Look>(call, request, lookLines);
    const answer = await api.ask(request);
    const { id } = answered<Replay>(answer);
    if (options.watch === true) return watchReplay(call, id);
    if (options.json === true) printJsonText(shell, answer.text);
    else printLines(shell, [id]);
    say(shell, `it runs; see how far it is: posthorn replay get ${id}`);
    return exitCodes.ok;
  },
});

function bodyOf({ shell, options }: ServerCall<ReplayOptions>): Record<string, unknown> {
  const { only, endpoint, types, event, delivery, everything, as, rate, dryRun } = options;
  const now = shell.now();
  const which = {
    ...{ endpointId: endpoint, types, eventIds: event, deliveryIds: delivery },
    since: readMoment(options.since, { option: '--since', now }),
    until: readMoment(options.until, { option: '--until', now }),
  };
  const isNarrowed = Object.values(which).some((value) => value !== undefined);
  if (!isNarrowed && everything !== true) {
    const such = 'such as --endpoint ID or --since 1h; or --everything';
    throw new UsageError(`say what to replay, ${such}`);
  }
  const ratePerSecond = readNumber(rate, '--rate');
  return readFields({ ...which, only, as, dryRun, ratePerSecond });
}

function lookLines({ sample, ...counts }: Look): string[] {
  const rows = sample.map(({ eventId, endpointId, deliveryId }) => [
    ...['', eventId, endpointId, deliveryId ?? '-'],
  ]);
  const title = sample.length === 0 ? [] : ['such as:'];
  return [...factLines(counts), ...title, ...tableLines(rows)];
}
