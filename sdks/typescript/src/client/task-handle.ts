import type {
  NewTask,
  TaskCancellation,
  TaskCompletion,
  TaskFailure,
  TaskMoved,
  TaskProgress,
  TaskWait,
} from '../types/tasks.ts';
import { PosthornError } from './posthorn-error.ts';
import type { RequestOptions, Transport } from './transport.ts';

/** How the reports of a task are paced. */
export type TaskPace = {
  /** The most reports of progress per second; 5 when not given. */
  readonly progressPerSecond?: number | undefined;
  /** Told of a report that could not be delivered; the task goes on. */
  readonly onError?: ((error: unknown) => void) | undefined;
};

/** What starts a task, and how its reports are paced. */
export type TaskStart = NewTask & TaskPace;

const progressPerSecondDefault = 5;

/**
 * A task that this process works at.
 *
 * Reports of progress go out one after the other and at a bounded pace: while one waits, a newer
 * report of the same step takes its place, so that every step is told and none is stale. What ends
 * the task sends first what waits.
 */
export class TaskHandle {
  readonly id: string;
  readonly #transport: Transport;
  readonly #intervalMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #waiting = new Map<string, TaskProgress>();
  readonly #ended = new AbortController();
  #step = '';
  #sending: Promise<void> | null = null;
  #hurry = new AbortController();
  #sentAt = -Infinity;

  constructor(transport: Transport, id: string, pace: TaskPace) {
    this.id = id;
    this.#transport = transport;
    this.#intervalMs = 1_000 / (pace.progressPerSecond ?? progressPerSecondDefault);
    this.#onError = pace.onError ?? ignored;
  }

  /** Aborted when Posthorn says that the task has ended, such as by somebody's cancel. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Reports progress, soon; never waits and never throws. */
  progress(report: TaskProgress): void {
    if (this.#ended.signal.aborted) return;
    const step = report.step ?? this.#step;
    this.#step = step;
    // The newest goes to the end, as the step that the task is in.
    this.#waiting.delete(step);
    this.#waiting.set(step, step === '' ? report : { ...report, step });
    this.#sending ??= this.#sendAll();
  }

  /** Resolves once every report so far has been sent. */
  async flush(): Promise<void> {
    this.#hurry.abort();
    while (this.#sending !== null) await this.#sending;
    this.#hurry = new AbortController();
  }

  /** Says that the task waits, for a person or for other input; progress goes on by a report. */
  async wait(wait: TaskWait, options?: RequestOptions): Promise<TaskMoved> {
    await this.flush();
    return this.#tell('wait', wait, options);
  }

  /** Ends the task with its result. Saying the same again is no fault. */
  complete(completion: TaskCompletion = {}, options?: RequestOptions): Promise<TaskMoved> {
    return this.#end('complete', completion, options);
  }

  /** Ends the task with an error. */
  fail(failure: TaskFailure | Error, options?: RequestOptions): Promise<TaskMoved> {
    const said = failure instanceof Error ? { error: { message: failure.message } } : failure;
    return this.#end('fail', said, options);
  }

  cancel(cancellation: TaskCancellation = {}, options?: RequestOptions): Promise<TaskMoved> {
    return this.#end('cancel', cancellation, options);
  }

  async #end(verb: string, body: object, options?: RequestOptions): Promise<TaskMoved> {
    await this.flush();
    const moved = await this.#tell(verb, body, options);
    this.#ended.abort();
    return moved;
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.#waiting.size > 0) {
        await this.#untilMaySend();
        // Asked for only now: a newer report may have come meanwhile.
        for (const [step, report] of this.#waiting) {
          this.#waiting.delete(step);
          this.#sentAt = this.#transport.surroundings.now();
          await this.#tell('progress', report).catch((error: unknown) => this.#failed(error));
          break;
        }
      }
    } finally {
      this.#sending = null;
    }
  }

  async #untilMaySend(): Promise<void> {
    const { now, sleep } = this.#transport.surroundings;
    const waitMs = this.#sentAt + this.#intervalMs - now();
    if (waitMs <= 0 || this.#hurry.signal.aborted) return;
    await sleep(waitMs, this.#hurry.signal).catch(ignored);
  }

  #failed(error: unknown): void {
    if (error instanceof PosthornError && error.code === 'wrong_state') {
      this.#waiting.clear();
      this.#ended.abort(error);
    }
    this.#onError(error);
  }

  #tell(verb: string, body: object, options: RequestOptions = {}): Promise<TaskMoved> {
    const path = `/v1/tasks/${encodeURIComponent(this.id)}/${verb}`;
    return this.#transport.call<TaskMoved>({ ...options, method: 'POST', path, body });
  }
}

function ignored(): void {
  // A report that is lost is followed by the next; what ends the task is told by itself.
}
