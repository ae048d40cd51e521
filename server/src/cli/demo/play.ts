import type { ApiClient } from '../api-client.ts';
import type { Cast } from './cast.ts';
import type { Printer } from './printer.ts';
import { judgeRun } from './promises.ts';
import type { Promised } from './promises.ts';
import { answers } from './receivers.ts';
import { aiRun, burst, publish } from './story.ts';
import { until } from './until.ts';
import type { Watch } from './watch.ts';

/** What a play works with. */
export type Stage = {
  readonly api: ApiClient;
  readonly cast: Cast;
  readonly watch: Watch;
  readonly printer: Printer;
};

const actMs = 20_000;

/** Plays the whole story and answers which promises were kept. */
export async function play(stage: Stage): Promise<Promised[]> {
  const { api, cast, watch, printer } = stage;
  await cast.dead.receiver.close();
  printer.title('An AI run: a task that floods, what it learns of a contact, a bundle');
  const runCount = await aiRun(api);

  printer.title('A burst at an endpoint that fails: its circuit opens, then it recovers');
  await publish(api, burst);
  await until(() => watch.saw(cast.recovering.endpointId, 'open') || null, actMs);
  cast.recovering.receiver.behave(answers.at(200));
  cast.flaky.receiver.behave(answers.at(200));
  printer.text('the recovering and the flaky endpoint are healed');

  printer.title('A dead letter, and its retry');
  const retriedId = await retryDeadLetter(stage);
  await until(() => isSettled(api), actMs);
  await watch.stop();
  return judgeRun({ api, cast, watch, retriedId, runCount });
}

async function retryDeadLetter({ api, cast, printer }: Stage): Promise<string | null> {
  const path = `/v1/deliveries?state=dead&endpointId=${cast.dead.endpointId}`;
  const deadId = await until(async () => {
    const { data } = await api.call<{ data: { id: string }[] }>('GET', path);
    return data[0]?.id ?? null;
  }, actMs);
  if (deadId === null) return null;
  printer.text(`${deadId} is a dead letter; its endpoint is repaired and it is retried`);
  await cast.dead.receiver.reopen();
  await api.call('POST', `/v1/deliveries/${deadId}/retry`, {});
  return deadId;
}

async function isSettled(api: ApiClient): Promise<true | null> {
  const { data } = await api.call<{ data: unknown[] }>(
    'GET',
    '/v1/deliveries?state=pending&limit=1',
  );
  return data.length === 0 ? true : null;
}
