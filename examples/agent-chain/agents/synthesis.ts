import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, WebhookEvent } from '@posthorn/sdk';
import { think } from './agent.ts';
import type { Agent, Handover } from './agent.ts';

/** Writes an answer from the facts of a bundle. Dies once in the middle of its work. */
export const synthesis: Agent = ({ posthorn, bundles, folder }) => ({
  'bundle.created': async ({ data }) => {
    const { bundle } = await bundles.sync(data.bundleId);
    bundles.keep(bundle);
    return { held: bundle.version };
  },

  'research.done': async (event: WebhookEvent<Handover>) => {
    const { bundleId, taskId } = event.data;
    const task = await posthorn.tasks.start({
      ...{ id: `synthesis-${event.id}`, name: 'synthesis', source: 'synthesis' },
      ...{ parentTaskId: taskId, causationId: event.id },
    });
    const { bundle, how } = await bundles.sync(bundleId);
    task.progress({ step: 'outlining', progress: 0.3 });
    await task.flush();
    await dieOnce(folder);
    task.progress({ step: 'drafting', progress: 0.7 });
    await think(50);
    const text = draft(bundle);
    await task.complete({ result: { words: text.split(' ').length }, model: 'large-2' });
    await posthorn.events.publish({
      ...{ id: `synthesized-${event.id}`, type: 'synthesis.done', source: 'synthesis' },
      ...{ data: { ...event.data, text }, causationId: event.id },
    });
    bundles.keep(bundle);
    return { bundle: how, version: bundle.version };
  },
});

/** As a machine dies: without a word, the work half done, the webhook not answered. */
async function dieOnce(folder: string): Promise<void> {
  const mark = join(folder, 'has-died');
  if (existsSync(mark)) return;
  writeFileSync(mark, '');
  process.kill(process.pid, 'SIGKILL');
  await think(10_000);
}

function draft({ content }: Bundle): string {
  const { facts } = content as { facts: string[] };
  return `Of ${facts.length} facts the first is: ${facts[0] ?? 'none'}.`;
}
