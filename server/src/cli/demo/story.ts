import type { ApiClient } from '../api-client.ts';

/** An event of the demo as it is published. */
type StoryEvent = Readonly<Record<string, unknown>> & { readonly type: string };

const steps = ['analyzing', 'reasoning', 'generating', 'validating'] as const;
const flood = 30;

/** One AI run: a task with its steps, what it learns of a contact, the bundle that it leaves. */
export async function aiRun(api: ApiClient): Promise<number> {
  const task = await start(api);
  for (const [index, step] of steps.entries()) {
    await task('progress', { step, progress: index / steps.length });
    if (step === 'generating') await floodOf(task, step);
  }
  await learn(api, { stage: 'lead', score: 41 });
  await learn(api, { stage: 'customer', score: 87 });
  await distil(api);
  const result = { answer: 'The market grows 12 % a year' };
  await task('complete', { result, model: 'demo-1', tokenUsage: { input: 1_824, output: 512 } });
  const [started, changes, bundle, completed] = [1, 2, 2, 1];
  return started + steps.length + flood + changes + bundle + completed;
}

type Report = (as: 'progress' | 'complete', body: object) => Promise<unknown>;

async function start(api: ApiClient): Promise<Report> {
  const { id } = await api.call<{ id: string }>('POST', '/v1/tasks', { name: 'Research a market' });
  return (as, body) => api.call('POST', `/v1/tasks/${id}/${as}`, body);
}

/** Far more than a slow receiver can take, which gets only the newest. */
async function floodOf(task: Report, step: string): Promise<void> {
  for (let token = 1; token <= flood; token += 1) {
    await task('progress', {
      step,
      progress: 0.5 + token / (4 * flood),
      message: `${token} tokens`,
    });
  }
}

function learn(api: ApiClient, values: object): Promise<unknown> {
  return api.call('PATCH', '/v1/entities/contact/contact_123', values);
}

async function distil(api: ApiClient): Promise<void> {
  const { id } = await api.call<{ id: string }>('POST', '/v1/bundles', {
    conversationId: 'conversation_9',
    summary: 'Pricing agreed, contract next',
    content: { decisions: ['The price is 4,200 a month'], openQuestions: [] },
  });
  await api.call('POST', `/v1/bundles/${id}/finalize`, {});
}

/** A burst that is large enough to open the circuit of an endpoint that fails all of it. */
export const burst: readonly StoryEvent[] = Array.from({ length: 24 }, (_, step) => ({
  type: 'agent.step',
  data: { agent: 'writer', step },
}));

/** Publishes events one after the other. */
export async function publish(api: ApiClient, events: readonly StoryEvent[]): Promise<void> {
  for (const event of events) await api.call('POST', '/v1/events', event);
}
