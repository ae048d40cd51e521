import type { ApiClient } from '../api-client.ts';

/** An event of the demo as it is published. */
export type StoryEvent = Readonly<Record<string, unknown>> & { readonly type: string };

const taskId = 'task_research_42';
const steps = ['analyzing', 'reasoning', 'generating', 'validating'] as const;

/** The events of one AI run: a task with its steps, a context update, a finished bundle. */
export const aiRun: readonly StoryEvent[] = [
  { type: 'task.started', key: taskId, data: { taskId, sequence: 1, name: 'Research a market' } },
  ...steps.map((step, index) => ({
    type: 'task.progress',
    key: taskId,
    data: { taskId, sequence: index + 2, step, progress: (index + 1) / (steps.length + 1) },
  })),
  {
    type: 'context.updated',
    entity: { type: 'contact', id: 'contact_123' },
    data: {
      entity: { type: 'contact', id: 'contact_123' },
      changes: { stage: { old: 'lead', new: 'customer' }, score: { old: 41, new: 87 } },
      source: 'crm',
      version: 7,
    },
  },
  {
    type: 'bundle.finalized',
    key: 'bun_conversation_9',
    data: { bundleId: 'bun_conversation_9', summary: 'Pricing agreed, contract next', version: 3 },
  },
  {
    type: 'task.completed',
    key: taskId,
    data: {
      taskId,
      sequence: steps.length + 2,
      result: { answer: 'The market grows 12 % a year' },
      tokenUsage: { input: 1_824, output: 512 },
    },
  },
];

/** A burst that is large enough to open the circuit of an endpoint that fails all of it. */
export const burst: readonly StoryEvent[] = Array.from({ length: 24 }, (_, step) => ({
  type: 'agent.step',
  data: { agent: 'writer', step },
}));

/** Publishes events one after the other; answers their ids. */
export async function publish(api: ApiClient, events: readonly StoryEvent[]): Promise<string[]> {
  const ids: string[] = [];
  for (const event of events) {
    const { id } = await api.call<{ id: string }>('POST', '/v1/events', event);
    ids.push(id);
  }
  return ids;
}
