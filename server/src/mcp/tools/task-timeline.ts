import { Type } from '../../api/schemas/type.ts';
import { closed, id, whole } from '../../api/schemas/fields.ts';
import { limits } from '../../core/limits.ts';
import { tool, untrusted } from '../tool.ts';

/** A task and its events. */
export const taskTimeline = tool({
  name: 'task_timeline',
  title: 'Timeline of a task',
  description:
    'Show how a task of an AI system stands (state, progress, parts, result) and its events in ' +
    `order: started, progress, completed, failed, cancelled. ${untrusted}`,
  input: closed({
    taskId: id,
    since: Type.Optional(
      whole(0, Number.MAX_SAFE_INTEGER, 'Only events past this sequence; all when not said.'),
    ),
    limit: Type.Optional(
      whole(1, limits.mcpRows, `How many events; ${limits.mcpRowsDefault} when not said.`),
    ),
  }),
  output: closed({
    task: Type.Object({}, { description: 'How it stands now.' }),
    timeline: Type.Object({}, { description: 'Its events, oldest first.' }),
  }),
  isReadOnly: true,
  run: async ({ input: { taskId, since, limit = limits.mcpRowsDefault }, api }) => {
    const task = await api.get(`/v1/tasks/${taskId}`);
    const timeline = await api.get(`/v1/tasks/${taskId}/events`, { since, limit });
    // As text, for parsing it would lose digits of large numbers.
    return `{"task":${task},"timeline":${timeline}}`;
  },
});
