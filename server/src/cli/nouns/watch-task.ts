import type { Static } from 'typebox';
import type { TaskBody } from '../../api/schemas/task-schema.ts';
import { exitCodes } from '../../app/exit-codes.ts';
import { limits } from '../../core/limits.ts';
import { answered } from '../api-client.ts';
import { printJsonText, printLines } from '../output/print.ts';
import type { ServerCall } from '../server-command.ts';

type Task = Static<typeof TaskBody>;

/** Shows how a task goes until it has ended; answers 0 only for a completed one. */
export async function watchTask(
  { api, shell, options }: Pick<ServerCall<object>, 'api' | 'shell' | 'options'>,
  id: string,
): Promise<number> {
  const path = `/v1/tasks/${encodeURIComponent(id)}`;
  let sequence = 0;
  while (!shell.stop().aborted) {
    const query = { waitMs: String(limits.waitMs), sinceSequence: String(sequence) };
    const answer = await api.ask({ path, query, extraMs: limits.waitMs });
    const task = answered<Task>(answer);
    if (task.sequence > sequence) {
      if (options.json === true) printJsonText(shell, answer.text);
      else printLines(shell, [lineOf(task)]);
    }
    sequence = task.sequence;
    if (task.endedAt !== null) return task.state === 'completed' ? exitCodes.ok : exitCodes.failed;
  }
  return exitCodes.ok;
}

function lineOf({ sequence, updatedAt, state, isStalled, step, progress, message, reason }: Task) {
  const share = progress === null ? '' : `${Math.round(progress * 100)} %`;
  const said = message ?? reason ?? '';
  const standing = isStalled ? 'stalled' : state;
  return [String(sequence).padStart(4), updatedAt, standing, step ?? '-', share, said]
    .filter((each) => each !== '')
    .join('  ');
}
