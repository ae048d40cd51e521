import { exitCodes } from '../../app/exit-codes.ts';
import { limits } from '../../core/limits.ts';
import { answered } from '../api-client.ts';
import { collect } from '../command.ts';
import { startProgress } from '../output/progress.ts';
import { printJsonText, printLines } from '../output/print.ts';
import { factLines } from '../output/table.ts';
import { readMoment } from '../read-moment.ts';
import { serverCommand } from '../server-command.ts';
import type { ServerCall } from '../server-command.ts';
import { say } from '../shell.ts';
import { UsageError } from '../usage-error.ts';
import { readFields, readNumber } from './read-fields.ts';

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

/** A replay as the API shows it, as far as people want to read it. */
export type ReplayJob = {
  readonly id?: string;
  readonly state?: string;
  readonly createdAt?: string;
  readonly [field: string]: unknown;
};

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
  about: ['Only dead letters unless said otherwise. --dry-run counts and changes nothing.'],
  isDefault: true,
  options: [
    { flags: '--only <which>', says: 'dead (default), failed, missing or all' },
    { flags: '--endpoint <id>', says: 'to this endpoint' },
    { flags: '--types <pattern...>', says: 'events of these types' },
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
    const answer = await api.ask({ method: 'POST', path: '/v1/replays', body: bodyOf(call) });
    const job = answered<ReplayJob>(answer);
    if (options.watch === true && options.dryRun !== true) return watch(call, job);
    if (options.json === true) printJsonText(shell, answer.text);
    else printLines(shell, factLines(job));
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
    throw new UsageError(
      'say what to replay, such as --endpoint ID or --since 1h; or --everything',
    );
  }
  const ratePerSecond = readNumber(rate, '--rate');
  return readFields({ ...which, only, as, dryRun, ratePerSecond });
}

const ended = new Set(['completed', 'done', 'cancelled', 'failed']);

/** Follows a job to its end; what it says last is printed. Ctrl-C leaves the job running. */
async function watch(
  { api, shell, options }: ServerCall<ReplayOptions>,
  { id = '' }: ReplayJob,
): Promise<number> {
  const path = `/v1/replays/${encodeURIComponent(id)}`;
  say(shell, `${id} runs; Ctrl-C leaves it running, posthorn replay cancel ${id} ends it`);
  let answer = await api.ask({ path });
  let job = answered<ReplayJob>(answer);
  const progress = startProgress(shell, 'deliveries');
  try {
    for (; !ended.has(job.state ?? ''); job = answered<ReplayJob>(answer)) {
      progress.update(doneOf(job), totalOf(job));
      await shell.wait(limits.watchMs, shell.stop());
      answer = await api.ask({ path });
    }
    progress.update(doneOf(job), totalOf(job));
  } finally {
    progress.end();
  }
  if (options.json === true) printJsonText(shell, answer.text);
  else printLines(shell, factLines(job));
  return job.state === 'failed' ? exitCodes.failed : exitCodes.ok;
}

function totalOf(job: ReplayJob): number {
  return countOf(job, 'matchedCount');
}

function doneOf(job: ReplayJob): number {
  return countOf(job, 'createdCount') + countOf(job, 'skippedCount');
}

function countOf(job: ReplayJob, name: string): number {
  const value = job[name];
  return typeof value === 'number' ? value : 0;
}

/** A replay on one line. */
export function replayLine(job: ReplayJob): string[] {
  const { id = '-', state = '-', createdAt = '-' } = job;
  return [createdAt, state, `${doneOf(job)} of ${totalOf(job)}`, id];
}
