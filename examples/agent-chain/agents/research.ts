import type { WebhookEvent } from '@posthorn/sdk';
import { think } from './agent.ts';
import type { Agent, Question } from './agent.ts';

const steps = ['searching', 'reading', 'comparing'] as const;

/** Gathers facts on a question into the bundle of its conversation, and hands that on. */
export const research: Agent = ({ posthorn }) => ({
  'question.asked': async (event: WebhookEvent<Question>) => {
    const { text, bundleId, taskId } = event.data;
    // Named after the event: should it come again after a crash, this is the same task.
    const task = await posthorn.tasks.start({
      ...{ id: `research-${event.id}`, name: 'research', source: 'research' },
      ...{ parentTaskId: taskId, causationId: event.id },
    });
    const { content, conversationId } = await posthorn.bundles.get(bundleId);
    const facts: string[] = [];
    let version = 0;
    for (const step of steps) {
      for (let n = 1; n <= 5; n += 1) {
        task.progress({ step, progress: n / 5, message: `${step} source ${n}` });
        await think(20);
        facts.push(`${step}: what source ${n} says about ${text}`);
      }
      const next = { ...(content as object), facts };
      const put = await posthorn.bundles.put(bundleId, {
        ...{ conversationId, summary: `${facts.length} facts`, content: next },
        causationId: event.id,
      });
      version = put.version;
    }
    await task.complete({ result: { facts: facts.length }, tokenUsage: { total: 900 } });
    await posthorn.events.publish({
      ...{ id: `researched-${event.id}`, type: 'research.done', source: 'research' },
      ...{ data: { ...event.data, version }, causationId: event.id },
    });
    return { facts: facts.length };
  },
});
