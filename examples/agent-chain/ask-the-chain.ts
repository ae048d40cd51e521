import type { AcceptedEvent, Task } from '@posthorn/sdk';
import type { Question } from './agents/agent.ts';
import { PageReader } from './page/page-reader.ts';
import type { Shown } from './page/page-reader.ts';
import type { AgentStage } from './stage/agent-stage.ts';

/** What the whole chain was seen to do. */
export type Told = {
  readonly endpoints: Readonly<Record<'research' | 'synthesis' | 'review', string>>;
  readonly task: Task;
  readonly question: Question;
  readonly asked: AcceptedEvent;
  readonly askedAgain: AcceptedEvent;
  /** What the page showed, and to whom it was let be shown. */
  readonly page: { readonly shown: readonly Shown[]; readonly allowedOrigins: Set<string | null> };
};

const patienceMs = 60_000;

/** Sets the agents up, asks them a question twice, and waits for the answer. */
export async function askTheChain(stage: AgentStage): Promise<Told> {
  const { posthorn } = stage;
  const signal = AbortSignal.timeout(patienceMs);
  const { token } = await posthorn.streamToken({ types: ['task.*'] });
  stage.page.streamUrl = `${stage.url}/v1/stream?after=oldest&token=${token}`;
  const reader = new PageReader(stage.page.origin, stage.page.streamUrl);
  const endpoints = {
    research: await stage.add('research', ['question.asked']),
    synthesis: await stage.add('synthesis', ['research.done', 'bundle.created']),
    review: await stage.add('review', ['synthesis.done']),
  };
  const content = { user: 'ada', messages: ['Which battery lasts longest?'] };
  const { id: bundleId } = await posthorn.bundles.create({ conversationId: 'c_1', content });
  await untilHeld(stage, endpoints.synthesis, signal);

  const whole = await posthorn.tasks.start({ name: 'answer', source: 'user' });
  const question = { text: 'batteries', bundleId, taskId: whole.id };
  const task = await posthorn.tasks.get(whole.id);
  const event = {
    ...{ id: 'question-1', type: 'question.asked', source: 'user' },
    ...{ data: question, correlationId: task.correlationId },
  };
  const asked = await posthorn.events.publish(event);
  const askedAgain = await posthorn.events.publish(event);
  const ended = await posthorn.tasks.ended(whole.id, { signal });
  while (reader.shown.at(-1)?.data.taskId !== ended.id) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const page = { shown: await reader.close(), allowedOrigins: reader.allowedOrigins };
  return { endpoints, task: ended, question, asked, askedAgain, page };
}

/** Waits until the synthesis agent holds the first version of the bundle. */
async function untilHeld({ posthorn }: AgentStage, endpointId: string, signal: AbortSignal) {
  for (;;) {
    signal.throwIfAborted();
    const [first] = await posthorn.deliveries.list({ endpointId, state: 'delivered' }).first(1);
    if (first !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
