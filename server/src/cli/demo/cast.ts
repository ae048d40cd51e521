import type { ApiClient } from '../api-client.ts';
import { answers, startReceiver } from './receivers.ts';
import type { Receiver } from './receivers.ts';

/** An endpoint of the demo and the receiver behind it. */
export type Part = {
  readonly name: PartName;
  readonly plays: string;
  readonly receiver: Receiver;
  readonly endpointId: string;
};

export type PartName =
  'healthy' | 'slow' | 'flaky' | 'verifying' | 'dead' | 'hanging' | 'recovering';

export type Cast = Readonly<Record<PartName, Part>>;

type Script = {
  readonly plays: string;
  readonly types: readonly string[];
  readonly behaviour: Parameters<typeof startReceiver>[0];
  readonly settings?: Readonly<Record<string, unknown>>;
};

const soon = { kind: 'exponential', initialMs: 300, factor: 2, maxDelayMs: 2_000, jitter: 0.1 };

/** Waits are short so that a person can watch; the defaults spread retries over days. */
const scripts: Readonly<Record<PartName, Script>> = {
  healthy: { plays: 'answers 200 at once', types: ['*'], behaviour: answers.at(200) },
  slow: { plays: 'answers 200 after 700 ms', types: ['*'], behaviour: answers.at(200, 700) },
  flaky: {
    plays: 'fails 3 of 10 with 503, heals later',
    types: ['*'],
    behaviour: answers.flaky(),
    settings: { retry: { ...soon, maxAttempts: 10 } },
  },
  verifying: { plays: 'checks every signature', types: ['*'], behaviour: answers.at(200) },
  dead: {
    plays: 'refuses connections until it is repaired',
    types: ['bundle.finalized'],
    behaviour: answers.at(200),
    settings: { retry: { ...soon, maxAttempts: 3 } },
  },
  hanging: {
    plays: 'never answers',
    types: ['task.completed'],
    behaviour: answers.never(),
    settings: { timeoutMs: 1_000, retry: { ...soon, maxAttempts: 2 } },
  },
  recovering: {
    plays: 'fails every request until its circuit has opened',
    types: ['agent.step'],
    behaviour: answers.at(500),
    settings: { breaker: { openMs: 2_000 }, retry: { ...soon, maxAttempts: 20 } },
  },
};

/** Starts the receivers and makes their endpoints. */
export async function startCast(api: ApiClient): Promise<Cast> {
  const parts: Partial<Record<PartName, Part>> = {};
  for (const [name, script] of Object.entries(scripts) as [PartName, Script][]) {
    const receiver = await startReceiver(script.behaviour);
    const endpoint = await api.call<{ id: string; secret: string }>('POST', '/v1/endpoints', {
      url: receiver.url,
      types: script.types,
      description: `demo: ${script.plays}`,
      ...script.settings,
    });
    if (name === 'verifying') receiver.secret = endpoint.secret;
    parts[name] = { name, plays: script.plays, receiver, endpointId: endpoint.id };
  }
  return parts as Cast;
}

/** Takes away what an earlier run left in the demo's tenant. */
export async function clearStage(api: ApiClient): Promise<void> {
  for (;;) {
    const { data } = await api.call<{ data: { id: string }[] }>('GET', '/v1/endpoints?limit=500');
    if (data.length === 0) return;
    for (const { id } of data) await api.call('DELETE', `/v1/endpoints/${id}`);
  }
}
