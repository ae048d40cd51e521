import { Type } from './type.ts';
import { limits } from '../../core/limits.ts';
import { taskStates } from '../../core/task/task.ts';
import { callbackInput, chainId, EventBody } from './event-schema.ts';
import { closed, id, metadata, orNull, shown, text, whole } from './fields.ts';

/** The state of a task. */
export const taskState = Type.Enum([...taskStates], {
  description: 'running, waiting for input, or how it has ended, which is final.',
});

/** Words for people, over several lines if need be. */
function words(description: string) {
  const most = limits.taskTextChars;
  return Type.String({ maxLength: most, 'x-wellFormed': true, description });
}

const causationId = Type.Optional({
  ...id,
  description: 'The event that led to it: the webhook-id that you received.',
});
const message = Type.Optional(words('For people: what is going on.'));
const data = Type.Optional(
  Type.Unknown({ description: 'Any JSON; its exact bytes are kept and delivered.' }),
);
const model = Type.Optional(text(limits.nameChars, 1, 'The model that did the work.'));
const count = Type.Number({ minimum: 0 });
const usage = Type.Unsafe<Record<string, number>>({
  type: 'object',
  properties: { input: count, output: count, total: count },
  additionalProperties: count,
  maxProperties: limits.taskUsages,
  description: 'Tokens by kind: input, output, total, or what else you count.',
});
const tokenUsage = Type.Optional(usage);

/** A task as it is started. */
export const NewTaskBody = closed({
  id: Type.Optional({ ...id, description: 'Your own id makes repeating safe; else one is made.' }),
  name: Type.Optional(text(limits.nameChars, 1, 'What the task is.')),
  parentTaskId: Type.Optional({ ...id, description: 'The task that it is a part of.' }),
  metadata: Type.Optional({ ...metadata, description: 'Stands on each event, for filters too.' }),
  stallAfterMs: Type.Optional(
    whole(
      limits.taskStallMinMs,
      limits.taskStallMaxMs,
      'Without a report for so long, `task.stalled` is told; never when not said.',
    ),
  ),
  callback: Type.Optional({ ...callbackInput, description: 'Gets every event of this task.' }),
  source: Type.Optional(text(limits.sourceChars, 1, 'Who does the work.')),
  message,
  data,
  correlationId: Type.Optional({
    ...chainId,
    description: 'What belongs together; that of its parent or cause, or its first event’s id.',
  }),
  causationId,
});

/** What a report of progress says; nothing at all is a sign of life. */
export const TaskProgressBody = closed({
  step: Type.Optional(text(limits.taskStepChars, 1, `Its step; the one before when not said.`)),
  progress: Type.Optional(
    Type.Number({ minimum: 0, maximum: 1, description: '0 to 1; as before when not said.' }),
  ),
  ...{ message, data, model, tokenUsage, causationId },
});

/** What a task waits for. */
export const TaskWaitBody = closed({
  reason: text(limits.descriptionChars, 1, 'What is needed, such as approval by a person.'),
  ...{ message, data, causationId },
});

/** What a task ends with. */
export const TaskCompleteBody = closed({
  result: Type.Optional(
    Type.Unknown({ description: 'Any JSON; its exact bytes are kept and delivered.' }),
  ),
  ...{ message, model, tokenUsage, causationId },
});

const error = closed({
  code: Type.Optional(text(limits.nameChars, 1, 'For programs.')),
  message: words('For people.'),
  retryable: Type.Optional(
    Type.Boolean({ description: 'Whether the same work may succeed when it is tried again.' }),
  ),
});

/** Why a task failed. */
export const TaskFailBody = closed({
  error: { ...error, description: 'Why.' },
  ...{ data, model, tokenUsage, causationId },
});

/** Why a task is given up. */
export const TaskCancelBody = closed({
  reason: Type.Optional(text(limits.descriptionChars, 1, 'Why.')),
  ...{ data, model, tokenUsage, causationId },
});

const sequence = Type.Integer({ description: 'How many events it has; each has its number.' });

/** What came of a call. */
export const TaskDoneBody = closed({
  id: shown('The task.'),
  state: taskState,
  sequence,
  eventId: orNull(shown('The event that told of it: its webhook-id.')),
  deliveryCount: Type.Integer({ description: 'As planned at accept.' }),
  duplicate: Type.Boolean({
    description: 'Whether it was said before in the same words; then nothing is new.',
  }),
  held: Type.Optional(
    Type.Literal(true, { description: 'Its event is not delivered until it is released.' }),
  ),
  reason: Type.Optional(
    Type.Literal('hops', { description: 'Why it is held: its chain has become too long.' }),
  ),
  callback: Type.Optional(
    closed({
      signedWith: Type.Enum(['callback', 'tenant'], {
        description: 'Its own secret, or that of GET /v1/tenants/{id}/callback-secret.',
      }),
    }),
  ),
});

const standing = {
  id: shown('Its id.'),
  name: orNull(shown('What it is.')),
  state: taskState,
  isStalled: Type.Boolean({ description: 'Whether it said nothing for stallAfterMs.' }),
  sequence,
  step: orNull(shown('The step that it is in.')),
  progress: orNull(Type.Number({ description: '0 to 1.' })),
};

const summary = {
  ...standing,
  tenantId: shown('Whose it is.'),
  steps: Type.Array(Type.String(), { description: 'Every step so far, in order.' }),
  parentTaskId: orNull(shown('The task that it is a part of.')),
  source: orNull(shown('Who does the work.')),
  metadata: orNull(metadata),
  stallAfterMs: orNull(Type.Integer()),
  hasCallback: Type.Boolean({ description: 'Whether its events go to an address of its own.' }),
  correlationId: shown('What its events belong to.'),
  createdAt: shown('When it was started.'),
  updatedAt: shown('When its newest report came.'),
  endedAt: orNull(shown('When it ended.')),
};

/** A task as lists show it. */
export const TaskSummaryBody = closed(summary);

/** A task with what its newest event says, and the tasks below it. */
export const TaskBody = closed({
  ...summary,
  children: Type.Array(closed(standing), {
    description: `Its parts, newest first, at most ${limits.taskChildren}.`,
  }),
  ...{ message, data, model, tokenUsage },
  reason: Type.Optional(shown('What it waits for, or why it was cancelled.')),
  result: Type.Optional(Type.Unknown({ description: 'Byte for byte as it was sent.' })),
  error: Type.Optional(error),
});

/** A piece of the history of a task. */
export const TaskEventsBody = closed({
  taskId: shown('The task.'),
  sequence: Type.Integer({ description: 'Of its newest event.' }),
  data: Type.Array(EventBody, { description: 'Its events, oldest first.' }),
  nextSince: orNull(
    Type.Integer({ description: 'What to ask for next as `since`; null when that was all.' }),
  ),
});
