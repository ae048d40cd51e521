import type { Static } from 'typebox';
import type { EndpointBody } from '../../api/schemas/endpoint-schema.ts';
import { exitCodes } from '../../app/exit-codes.ts';
import { limits } from '../../core/limits.ts';
import { answered } from '../api-client.ts';
import type { Noun } from '../command.ts';
import { listCommand } from '../list-command.ts';
import { printJsonText, printLines } from '../output/print.ts';
import { serverCommand } from '../server-command.ts';
import { idCommand, show } from '../show.ts';
import { UsageError } from '../usage-error.ts';
import { drawAttempt } from './draw-attempt.ts';
import type { Attempt } from './draw-attempt.ts';
import { createEndpoint } from './endpoint-create.ts';
import { endpointSettings, settingsBody } from './endpoint-settings.ts';
import type { EndpointSettings } from './endpoint-settings.ts';
import { showStats, statsOptions } from '../show-stats.ts';
import type { StatsOptions } from '../show-stats.ts';
import { endpointSecretCommands } from './endpoint-secret.ts';

type Endpoint = Static<typeof EndpointBody>;

const endpointId = ['<id>', 'the id of an endpoint'] as const;

const list = listCommand<Endpoint>({
  name: 'endpoints list',
  path: '/v1/endpoints',
  summary: 'list endpoints, newest first',
  examples: ['posthorn endpoints', 'posthorn endpoints list --all --json | jq .url'],
  isDefault: true,
  cells: (row) => [
    ...[row.id, row.status, row.circuit === 'closed' ? '-' : `circuit ${row.circuit}`, row.url],
    row.subscriptions.flatMap(({ types }) => types).join(' '),
  ],
  none: 'no endpoints yet; make one with: posthorn endpoints create URL --types "*"',
});

const get = idCommand<Endpoint>({
  name: 'endpoints get',
  takes: endpointId,
  summary: 'show an endpoint with its subscriptions',
  examples: ['posthorn endpoints get ep_06d1…'],
  request: (id) => ({ path: `/v1/endpoints/${id}` }),
});

type UpdateOptions = EndpointSettings & { readonly newUrl?: string };

const update = serverCommand<UpdateOptions>({
  name: 'endpoints update',
  takes: [endpointId],
  summary: 'change settings of an endpoint; they hold from its next attempt',
  examples: [
    'posthorn endpoints update ep_06d1… --new-url https://hooks.example.com/v2',
    'posthorn endpoints update ep_06d1… --retry short --set orderWaitMs=60000',
  ],
  about: ['What it wants is changed with posthorn subscriptions update.'],
  options: [{ flags: '--new-url <url>', says: 'where deliveries are sent' }, ...endpointSettings],
  run: async (call) => {
    const { newUrl } = call.options;
    const body = {
      ...(newUrl === undefined ? {} : { url: newUrl }),
      ...settingsBody(call.options),
    };
    if (Object.keys(body).length === 0) throw new UsageError('nothing to change was named');
    return show(call, { method: 'PATCH', path: pathOf(call.args), body });
  },
});

const remove = idCommand<Endpoint>({
  name: 'endpoints delete',
  takes: endpointId,
  summary: 'delete an endpoint; what waits for it is cancelled, its log stays',
  examples: ['posthorn endpoints delete ep_06d1…'],
  request: (id) => ({ method: 'DELETE', path: `/v1/endpoints/${id}` }),
  done: (id) => `${id} is deleted`,
});

const pause = idCommand<Endpoint>({
  name: 'endpoints pause',
  takes: endpointId,
  summary: 'go on making deliveries, but hold them',
  examples: ['posthorn endpoints pause ep_06d1…'],
  request: (id) => ({ method: 'POST', path: `/v1/endpoints/${id}/pause` }),
});

const resume = idCommand<Endpoint>({
  name: 'endpoints resume',
  takes: endpointId,
  summary: 'deliver again, after a pause',
  examples: ['posthorn endpoints resume ep_06d1…'],
  request: (id) => ({ method: 'POST', path: `/v1/endpoints/${id}/resume` }),
});

const enable = idCommand<Endpoint>({
  name: 'endpoints enable',
  takes: endpointId,
  summary: 'deliver again, after it was disabled',
  examples: ['posthorn endpoints enable ep_06d1…'],
  about: ['What it missed meanwhile: posthorn replay --endpoint ID --only missing.'],
  request: (id) => ({ method: 'POST', path: `/v1/endpoints/${id}/resume` }),
});

const disable = idCommand<Endpoint>({
  name: 'endpoints disable',
  takes: endpointId,
  summary: 'make no deliveries; those that wait become dead letters',
  examples: ['posthorn endpoints disable ep_06d1…'],
  request: (id) => ({ method: 'POST', path: `/v1/endpoints/${id}/disable` }),
});

const tryOut = serverCommand<{ readonly type?: string }>({
  name: 'endpoints test',
  takes: [endpointId],
  summary: 'send a signed test event to an endpoint alone, and show what came of it',
  examples: [
    'posthorn endpoints test ep_06d1…',
    'posthorn endpoints test ep_06d1… --type task.completed',
  ],
  about: ['With --type it gets the sample of that event type. Exit code 1 if it failed.'],
  options: [{ flags: '--type <type>', says: 'the type of the test event' }],
  run: async (call) => {
    const { type } = call.options;
    const body = type === undefined ? {} : { type };
    const path = `${pathOf(call.args)}/test`;
    const request = { method: 'POST', path, body, extraMs: limits.attemptMaxMs } as const;
    const answer = await call.api.ask(request);
    const attempt = answered<Attempt>(answer);
    if (call.options.json === true) printJsonText(call.shell, answer.text);
    else printLines(call.shell, drawAttempt(attempt));
    return attempt.status === 'succeeded' ? exitCodes.ok : exitCodes.failed;
  },
});

const stats = serverCommand<StatsOptions>({
  name: 'endpoints stats',
  takes: [endpointId],
  summary: 'show how an endpoint fares: rates, latencies, backlog',
  examples: ['posthorn endpoints stats ep_06d1… --since 1d --bucket hour'],
  options: statsOptions,
  run: (call) => showStats(call, `${pathOf(call.args)}/stats`),
});

function pathOf([id = '']: readonly string[]): string {
  return `/v1/endpoints/${encodeURIComponent(id)}`;
}

/** `posthorn endpoints`: where deliveries go. */
export const endpointsNoun: Noun = {
  noun: 'endpoints',
  summary: 'make, see and change where deliveries go',
  commands: [
    ...[list, get, createEndpoint, update, remove, pause, resume, enable, disable],
    ...[...endpointSecretCommands, tryOut, stats],
  ],
};
