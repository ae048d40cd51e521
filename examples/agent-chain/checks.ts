import assert from 'node:assert/strict';
import type { Attempt } from '@posthorn/sdk';
import type { Told } from './ask-the-chain.ts';
import type { AgentStage } from './stage/agent-stage.ts';

/** Something that must hold, as a sentence and a proof. */
export type Check = { readonly says: string; readonly prove: () => Promise<void> | void };

const patienceMs = 30_000;

/** What must hold once the chain has answered. */
export function checks(stage: AgentStage, told: Told): Check[] {
  return [
    ...ofTheAnswer(stage, told),
    ...ofTheCrash(stage, told),
    ...ofRepeats(stage, told),
    ...ofThePage(stage, told),
  ];
}

function ofTheAnswer({ posthorn }: AgentStage, { task, question }: Told): Check[] {
  return [
    {
      says: 'the question is answered from the facts that research found',
      prove: () => {
        assert.equal(task.state, 'completed');
        assert.match(JSON.stringify(task.result), /Of 15 facts the first is: searching/);
      },
    },
    {
      says: 'each agent reported on a task of its own, below the whole',
      prove: async () => {
        const children = await posthorn.tasks.list({ parentTaskId: task.id }).first(9);
        const states = children.map(({ name, state }) => `${name} ${state}`).toReversed();
        assert.deepEqual(states, [
          ...['research completed', 'synthesis completed', 'review completed'],
        ]);
      },
    },
    {
      says: 'the bundle is final, with every fact in it',
      prove: async () => {
        const { state, content } = await posthorn.bundles.get(question.bundleId);
        const { facts, user } = content as { facts: unknown[]; user: string };
        assert.deepEqual([state, facts.length, user], ['finalized', 15, 'ada']);
      },
    },
    {
      says: 'everything that happened is one chain, whose loop guard nothing touched',
      prove: async () => {
        const { data, held } = await posthorn.chains.get(task.correlationId);
        const types = new Set(data.map(({ type }) => type));
        assert.equal(held, false);
        for (const type of [
          'question.asked',
          'research.done',
          'synthesis.done',
          'task.completed',
        ]) {
          assert.ok(types.has(type), type);
        }
      },
    },
  ];
}

function ofTheCrash(stage: AgentStage, { endpoints }: Told): Check[] {
  const { posthorn } = stage;
  return [
    {
      says: 'the synthesis agent died in the middle of its work, and was tried again',
      prove: async () => {
        const attempts = await attemptsAt(stage, endpoints.synthesis, 'research.done');
        assert.equal(stage.starts.get('synthesis'), 2);
        assert.equal(attempts[0]?.statusCode, null);
        assert.notEqual(attempts[0]?.explanation, null);
        assert.equal(attempts.at(-1)?.statusCode, 200);
      },
    },
    {
      says: 'although it began twice, what it made was published once',
      prove: async () => {
        const made = await posthorn.events.list({ type: 'synthesis.done' }).first(9);
        assert.equal(made.length, 1);
      },
    },
    {
      says: 'its copy of the bundle was out of date, and brought up to date by what changed',
      prove: async () => {
        const attempts = await attemptsAt(stage, endpoints.synthesis, 'research.done');
        const said = JSON.parse(attempts.at(-1)?.response?.body ?? '{}') as object;
        assert.deepEqual(said, { bundle: 'patched', version: 4 });
      },
    },
  ];
}

function ofRepeats(stage: AgentStage, { endpoints, asked, askedAgain }: Told): Check[] {
  const { posthorn } = stage;
  return [
    {
      says: 'a question that was asked twice is one question',
      prove: async () => {
        assert.deepEqual([asked.duplicate, askedAgain.duplicate], [false, true]);
        assert.equal((await posthorn.events.list({ type: 'research.done' }).first(9)).length, 1);
      },
    },
    {
      says: 'a question that is sent again is a duplicate to the agent, which does not work again',
      prove: async () => {
        const replay = { only: 'all', as: 'same', endpointId: endpoints.research } as const;
        await posthorn.replays.create(replay);
        const signal = AbortSignal.timeout(patienceMs);
        let attempts: Attempt[] = [];
        while (attempts.length < 2) {
          signal.throwIfAborted();
          attempts = await attemptsAt(stage, endpoints.research, 'question.asked');
        }
        assert.equal(attempts[1]?.response?.body, '{"status":"duplicate"}');
        assert.equal((await posthorn.events.list({ type: 'research.done' }).first(9)).length, 1);
      },
    },
  ];
}

function ofThePage({ page: server }: AgentStage, { page, task }: Told): Check[] {
  return [
    {
      says: 'the page of another origin may read the stream, by a token and without a key',
      prove: async () => {
        assert.deepEqual([...page.allowedOrigins], [server.origin]);
        const html = await (await fetch(server.origin)).text();
        assert.match(html, /new EventSource\(streamUrl\)/);
      },
    },
    {
      says: 'the page saw every event of every task in order, without a gap, its end last',
      prove: () => {
        const tasks = Map.groupBy(page.shown, ({ data }) => data.taskId);
        assert.equal(tasks.size, 4);
        for (const shown of tasks.values()) {
          const sequences = shown.map(({ data }) => data.sequence);
          assert.deepEqual(
            sequences,
            sequences.map((_, index) => index + 1),
          );
          assert.equal(shown.at(-1)?.type, 'task.completed');
        }
        assert.equal(page.shown.at(-1)?.data.taskId, task.id);
      },
    },
    {
      says: 'the page saw each step of the research',
      prove: () => {
        const steps = page.shown.flatMap(({ type, data }) =>
          type === 'task.progress' && data.name === 'research' ? [data.step] : [],
        );
        assert.deepEqual([...new Set(steps)], ['searching', 'reading', 'comparing']);
      },
    },
  ];
}

/** Attempts of one type at one endpoint, oldest first. */
async function attemptsAt(
  { posthorn }: AgentStage,
  endpointId: string,
  event: string,
): Promise<Attempt[]> {
  const found = await posthorn.attempts.list({ endpointId, event }).first(50);
  return Promise.all(found.toReversed().map(({ id }) => posthorn.attempts.get(id)));
}
