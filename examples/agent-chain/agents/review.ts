import { RejectEvent } from '@posthorn/sdk';
import type { WebhookEvent } from '@posthorn/sdk';
import type { Agent, Handover } from './agent.ts';

/** Reads the answer against the facts, makes the bundle final, and ends the whole task. */
export const review: Agent = ({ posthorn, bundles }) => ({
  'synthesis.done': async (event: WebhookEvent<Handover & { readonly text: string }>) => {
    const { bundleId, taskId, text, version } = event.data;
    const task = await posthorn.tasks.start({
      ...{ id: `review-${event.id}`, name: 'review', source: 'review' },
      ...{ parentTaskId: taskId, causationId: event.id },
    });
    task.progress({ step: 'checking', progress: 0.5 });
    const { bundle } = await bundles.sync(bundleId);
    const { facts } = bundle.content as { facts: string[] };
    if (!text.includes(facts[0] ?? '')) throw new RejectEvent('the answer is not of these facts');
    await posthorn.bundles.finalize(bundleId, { causationId: event.id });
    await task.complete({ result: { approved: true, readVersion: version } });
    await posthorn.tasks.handle(taskId).complete({ result: { text }, causationId: event.id });
    return { approved: true };
  },
});
