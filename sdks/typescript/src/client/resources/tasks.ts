import type {
  Task,
  TaskHistory,
  TaskHistoryQuery,
  TaskMoved,
  TaskQuery,
  TaskWaitQuery,
} from '../../types/tasks.ts';
import type { Pages } from '../pages.ts';
import { streamedEvents } from '../streamed-events.ts';
import type { StreamedEvent, StreamFrom } from '../streamed-events.ts';
import { TaskHandle } from '../task-handle.ts';
import type { TaskPace, TaskStart } from '../task-handle.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import { Resource } from './resource.ts';

/** Tasks: somebody's long work, reported as it goes. */
export class Tasks extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/tasks');
  }

  /** Starts a task; the handle reports on it. */
  async start(task: TaskStart = {}, options?: RequestOptions): Promise<TaskHandle> {
    const { progressPerSecond, onError, ...started } = task;
    const { id } = await this.send<TaskMoved>('POST', this.path(), options, started);
    return this.handle(id, { progressPerSecond, onError });
  }

  /** The handle of a task that was started before, such as by a process that has crashed. */
  handle(id: string, pace: TaskPace = {}): TaskHandle {
    return new TaskHandle(this.transport, id, pace);
  }

  /** Starts a task, does its work, and completes it with what that returns, or fails it. */
  async run<Result>(
    task: TaskStart,
    work: (handle: TaskHandle) => Promise<Result>,
    options?: RequestOptions,
  ): Promise<Result> {
    const handle = await this.start(task, options);
    let result: Result;
    try {
      result = await work(handle);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      // The work's own error is what its caller must see.
      await handle.fail(failure, options).catch(() => null);
      throw error;
    }
    await handle.complete({ result }, options);
    return result;
  }

  /** Shows a task; with `waitMs` once it has ended, or after so long. */
  get(id: string, query: TaskWaitQuery = {}, options?: RequestOptions): Promise<Task> {
    const timeoutMs = (query.waitMs ?? 0) + answerMs;
    return this.read(this.path(id), { timeoutMs, ...options }, query);
  }

  /** Waits until a task has ended, however long that takes; bound it by a signal. */
  async ended(id: string, options?: RequestOptions): Promise<Task> {
    for (;;) {
      const task = await this.get(id, { waitMs: longPollMs }, options);
      if (task.state !== 'running' && task.state !== 'waiting') return task;
      options?.signal?.throwIfAborted();
    }
  }

  /** The events of a task from its start, or past a sequence, a page at a time. */
  history(id: string, query?: TaskHistoryQuery, options?: RequestOptions): Promise<TaskHistory> {
    return this.read(this.path(id, 'events'), options, query);
  }

  /** The events of a task from its start, or from a cursor on; ends with the task. */
  async *stream<Data = unknown>(
    id: string,
    { after, ...query }: StreamFrom = {},
    options?: RequestOptions,
  ): AsyncGenerator<StreamedEvent<Data>, void, undefined> {
    const wish = { path: this.path(id, 'events'), query, after };
    for await (const told of streamedEvents<Data>(this.transport, wish, options)) {
      yield told;
      if (ends.has(told.type)) return;
    }
  }

  list(query?: TaskQuery, options?: RequestOptions): Pages<Task> {
    return this.pages(this.path(), query, options);
  }
}

const ends: ReadonlySet<string> = new Set(['task.completed', 'task.failed', 'task.cancelled']);
const longPollMs = 25_000;
/** An answer that was waited for is still on its way. */
const answerMs = 30_000;
