import type { Static } from 'typebox';
import type { ReplayBody } from '../../api/schemas/replay-schema.ts';
import type { Noun } from '../command.ts';
import { listCommand } from '../list-command.ts';
import { serverCommand } from '../server-command.ts';
import { idCommand } from '../show.ts';
import { createReplay } from './replay-create.ts';
import { watchReplay } from './watch-replay.ts';

type ReplayJob = Static<typeof ReplayBody>;

const replayId = ['<id>', 'the id of a replay'] as const;

const list = listCommand<ReplayJob>({
  name: 'replay list',
  path: '/v1/replays',
  summary: 'list replays, newest first',
  examples: ['posthorn replay list'],
  cells: ({ createdAt, state, only, progress, endpointId, id }) => [
    ...[createdAt, state, only, `${progress.madeCount} made`, endpointId ?? '-', id],
  ],
  none: 'no replays yet',
});

const get = idCommand<ReplayJob>({
  name: 'replay get',
  takes: replayId,
  summary: 'show how far a replay has come',
  examples: ['posthorn replay get rpl_06d1…'],
  request: (id) => ({ path: `/v1/replays/${id}` }),
});

const watch = serverCommand({
  name: 'replay watch',
  takes: [replayId],
  summary: 'show progress until a replay has ended',
  examples: ['posthorn replay watch rpl_06d1…'],
  run: (call) => watchReplay(call, call.args[0] ?? ''),
});

function changing(verb: 'pause' | 'resume' | 'cancel', summary: string) {
  return idCommand<ReplayJob>({
    name: `replay ${verb}`,
    takes: replayId,
    summary,
    examples: [`posthorn replay ${verb} rpl_06d1…`],
    request: (id) => ({ method: 'POST', path: `/v1/replays/${id}/${verb}` }),
  });
}

/** `posthorn replay`: deliver again what was published before. */
export const replayNoun: Noun = {
  noun: 'replay',
  summary: 'deliver again: dead letters, what failed, what was missed',
  commands: [
    ...[createReplay, list, get, watch],
    changing('pause', 'make no more deliveries for now'),
    changing('resume', 'go on where it was paused'),
    changing('cancel', 'make no more deliveries; those it made stay'),
  ],
};
