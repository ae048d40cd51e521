import { Type } from '../schemas/type.ts';
import { AppError } from '../../core/app-error.ts';
import type { ReplayId } from '../../core/ids.ts';
import type { ReplayChange } from '../../store/replays.ts';
import type { ApiDeps } from '../deps.ts';
import { replayOf } from '../idempotency.ts';
import { listAnswer, listOf, listQuery, pageOf } from '../listing.ts';
import { readReplay } from '../read-replay.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import { closed, idParams } from '../schemas/fields.ts';
import {
  NewReplayBody,
  ReplayBody,
  ReplayLookBody,
  replayState,
} from '../schemas/replay-schema.ts';
import { newReplayView, replayLookView, replayView } from '../views/replay-view.ts';

const createReplay = route({
  method: 'POST',
  path: '/v1/replays',
  summary: 'Make deliveries of old events again, or see what would be made',
  scope: 'replay',
  body: NewReplayBody,
  isIdempotent: true,
  answers: { 200: ReplayLookBody, 202: ReplayBody },
  fails: [
    'not_found',
    'wrong_state',
    'too_many_replays',
    'validation_failed',
    'idempotency_conflict',
  ],
  handle: async (call, deps) => {
    const tenantId = call.access.tenant;
    const request = await readReplay(deps, tenantId, call.body);
    // What is committed by now is all that the caller can mean.
    const { position: upTo } = await deps.store.queue.tail({ shards: [], after: null, limit: 1 });
    if (call.body.dryRun !== true) return makeReplay(deps, call, { tenantId, request, upTo });
    const look = await deps.lookForReplays({ tenantId, request, upTo });
    return { status: 200, body: replayLookView(look) };
  },
});

type Scope = Parameters<ApiDeps['lookForReplays']>[0];

async function makeReplay(
  { store, ids, clock, replaysChanged }: ApiDeps,
  call: Call,
  { tenantId, request, upTo: upperPosition }: Scope,
): Promise<Answer> {
  const id = ids.make('replay');
  const replay = { id, tenantId, request, upperPosition, createdAt: clock.now() };
  const body = newReplayView(replay);
  const idempotency = call.idempotency?.row(202, JSON.stringify(body)) ?? null;
  const answer = await store.replays.make({ ...replay, idempotency });
  switch (answer.is) {
    case 'made':
      replaysChanged();
      return { status: 202, body };
    case 'repeated':
      return replayOf(answer.row);
    case 'idempotency_conflict':
      throw new AppError('idempotency_conflict');
    case 'too_many':
      throw new AppError('too_many_replays');
    default:
      return answer satisfies never;
  }
}

const listReplays = route({
  method: 'GET',
  path: '/v1/replays',
  summary: 'List replays, newest first',
  scope: 'read',
  query: closed({ ...listQuery, state: Type.Optional(replayState) }),
  answers: { 200: listOf(ReplayBody) },
  fails: ['cursor_mismatch', 'validation_failed'],
  handle: async (call, { store }) => {
    const { state } = call.query;
    const filter = { tenantId: call.access.reach, ...(state === undefined ? {} : { state }) };
    return listAnswer(call, await store.replays.list(filter, pageOf(call)), replayView);
  },
});

const readReplayJob = route({
  method: 'GET',
  path: '/v1/replays/{id}',
  summary: 'Show a replay and how far it is',
  scope: 'read',
  params: idParams,
  answers: { 200: ReplayBody },
  fails: ['not_found'],
  handle: async ({ access, params }, { store }) => {
    const query = { tenantId: access.reach, id: params.id as ReplayId };
    const job = await store.replays.get(query);
    if (job === null) throw new AppError('not_found', 'There is no such replay.');
    return { status: 200, body: replayView(job) };
  },
});

const pauseReplay = changeRoute('pause', 'Hold a replay after the step it is in', 'paused');
const resumeReplay = changeRoute('resume', 'Let a paused replay go on', 'running');
const cancelReplay = changeRoute(
  'cancel',
  'End a replay; what it has made stays and is delivered',
  'cancelled',
);

function changeRoute(verb: string, summary: string, to: ReplayChange['to']) {
  return route({
    method: 'POST',
    path: `/v1/replays/{id}/${verb}`,
    summary,
    scope: 'replay',
    params: idParams,
    isIdempotent: true,
    answers: { 200: ReplayBody },
    fails: ['not_found', 'wrong_state', 'idempotency_conflict'],
    handle: (call, deps) => changeReplay(deps, call, to),
  });
}

/** Asking for what is so already changes nothing and answers the same. */
async function changeReplay(
  deps: ApiDeps,
  call: Call<{ id: string }>,
  to: ReplayChange['to'],
): Promise<Answer> {
  const query = { tenantId: call.access.tenant, id: call.params.id as ReplayId };
  const change = { tenantId: query.tenantId, replayId: query.id, to, at: deps.clock.now() };
  if (call.idempotency === null) return makeChange(deps, { ...change, idempotency: null });
  const job = await deps.store.replays.get(query);
  if (job === null) throw new AppError('not_found', 'There is no such replay.');
  // The kept answer must be known before the change that it is saved with.
  const endedAt = to === 'cancelled' ? (job.endedAt ?? change.at) : job.endedAt;
  const body = replayView({ ...job, state: to, endedAt });
  const idempotency = call.idempotency.row(200, JSON.stringify(body));
  const answer = await makeChange(deps, { ...change, idempotency });
  return answer.body === undefined ? answer : { ...answer, body };
}

async function makeChange(
  { store, replaysChanged }: ApiDeps,
  change: ReplayChange,
): Promise<Answer> {
  const answer = await store.replays.change(change);
  switch (answer.is) {
    case 'changed':
      if (change.to === 'running') replaysChanged();
      return { status: 200, body: replayView(answer.job) };
    case 'repeated':
      return replayOf(answer.row);
    case 'idempotency_conflict':
      throw new AppError('idempotency_conflict');
    case 'unknown':
      throw new AppError('not_found', 'There is no such replay.');
    case 'refused':
      throw new AppError('wrong_state', `The replay is ${answer.state}.`);
    default:
      return answer satisfies never;
  }
}

/** Routes about replays. */
export const replayRoutes = [
  createReplay,
  listReplays,
  readReplayJob,
  pauseReplay,
  resumeReplay,
  cancelReplay,
];
