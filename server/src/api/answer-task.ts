import type { KeepTaskAnswer, TaskAnswer } from '../ingest/task-report.ts';
import { replayOf } from './idempotency.ts';
import type { Answer, Call } from './route.ts';
import { taskDoneView } from './views/task-view.ts';

/** Answers a call about a task; a repeated one with 200. */
export function answerTask(answer: TaskAnswer, status: number): Answer {
  if (answer.is === 'kept') return replayOf(answer.row);
  const { done } = answer;
  return { status: done.isRepeated ? 200 : status, body: taskDoneView(done) };
}

/** How the answer is to be kept; null without an `Idempotency-Key`. */
export function keepTask({ idempotency }: Call, status: number): KeepTaskAnswer | null {
  if (idempotency === null) return null;
  return (done) => idempotency.row(status, JSON.stringify(taskDoneView(done)));
}
