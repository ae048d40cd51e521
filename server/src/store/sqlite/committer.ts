import { AppError } from '../../core/app-error.ts';
import { limits } from '../../core/limits.ts';
import { Timing, timingBounds } from '../../core/timing.ts';
import type { StoreCondition } from '../store.ts';
import { CommitQueue } from './commit-queue.ts';
import type { CommitLimits, Weighed } from './commit-queue.ts';
import type { Counters, WriteContext } from './engine/context.ts';
import { keepIncrements } from './engine/stats-journal.ts';
import { sqliteFailure } from './sqlite-failure.ts';
import type { SqliteFailure } from './sqlite-failure.ts';

/** One item of a call: an event, a record, a change. */
export type Work = Weighed & {
  /** Writes, and answers; what it throws undoes it. */
  readonly run: (context: WriteContext) => unknown;
  /** What is answered when it was not done; undefined makes the call fail. */
  readonly refusal: ((because: 'disk_full' | 'unstorable') => unknown) | undefined;
  readonly settle: (answer: unknown) => void;
  readonly reject: (cause: Error) => void;
};

export type CommitterOptions = {
  readonly context: WriteContext;
  readonly monotonicMs: () => number;
  /** Whether enough of the disk is free to take new events. */
  readonly hasRoom: () => boolean;
  /** Told once, when nothing more may be acknowledged. */
  readonly onFailed: (cause: Error) => void;
  /** Called inside each transaction before it ends, with its items; tests make it throw. */
  readonly beforeCommit?: ((works: readonly Work[]) => void) | undefined;
  readonly limits?: CommitLimits | undefined;
};

/** What a committer knows of the store; who hands it its work knows what waits. */
export type CommitterCondition = Omit<StoreCondition, 'uncommittedBytes'>;

const defaultLimits: CommitLimits = { rows: limits.commitRows, bytes: limits.commitBytes };

/**
 * Makes commits of whatever waits, one after the other, and judges their failures by class: a
 * broken disk ends everything, a full one refuses new events and keeps records for later, anything
 * else is one item's own fault.
 */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #queue: CommitQueue<Work>;
  #accepts: StoreCondition['accepts'] = 'yes';
  #commitCount = 0;
  #lastCommitSize = 0;
  #committedRowCount = 0;
  #lastCommitMs: number | null = null;
  readonly #commits = new Timing(timingBounds.commit);
  #failure: Error | null = null;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#queue = new CommitQueue(options.limits ?? defaultLimits);
  }

  get waitingCount(): number {
    return this.#queue.size;
  }

  /**
   * Whether the next commit gains by waiting for more records: the store is busy, and nobody waits
   * for an answer to a request.
   */
  get mayLinger(): boolean {
    const { size, isPatient } = this.#queue;
    return (
      isPatient && size < limits.recordLingerCount && this.#lastCommitSize >= limits.busyCommit
    );
  }

  /** Whether only time or room can help what still waits. */
  get isFull(): boolean {
    return this.#accepts === 'disk_full';
  }

  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  condition(): CommitterCondition {
    return {
      accepts: this.#accepts,
      commitCount: this.#commitCount,
      committedRowCount: this.#committedRowCount,
      lastCommitMs: this.#lastCommitMs,
      commits: { counts: this.#commits.counts, sumMs: this.#commits.sumMs },
    };
  }

  add(work: Work): void {
    if (this.#failure === null) this.#queue.add(work);
    else work.reject(unavailable(this.#failure));
  }

  /** Makes one commit; answers whether another one may follow at once. */
  commitNext(): boolean {
    const taken = this.#queue.take();
    const works = this.#hasRoomFor(taken) ? taken : this.#refuseAccepts(taken);
    if (works.length > 0) this.#commit(works);
    return this.#queue.size > 0 && !this.hasFailed && !(this.isFull && this.#onlyRecordsWait());
  }

  /** Looks whether a full disk has room again, by writing a little. */
  probe(): void {
    if (!this.isFull || this.hasFailed || !this.#options.hasRoom()) return;
    if (this.#attempt([]) === 'done') this.#accepts = 'yes';
  }

  /** Ends everything because of an error met outside a commit, if it is one that must. */
  judge(cause: unknown): void {
    if (sqliteFailure(cause) === 'fatal') this.#fail(cause);
  }

  #onlyRecordsWait(): boolean {
    return this.#queue.recordCount === this.#queue.size;
  }

  #hasRoomFor(works: readonly Work[]): boolean {
    const hasAccepts = works.some(({ kind }) => kind === 'accept');
    if (!hasAccepts || this.#options.hasRoom()) return true;
    this.#accepts = 'disk_full';
    return false;
  }

  #refuseAccepts(works: readonly Work[]): Work[] {
    for (const work of works) if (work.kind === 'accept') refuse(work, 'disk_full');
    return works.filter(({ kind }) => kind !== 'accept');
  }

  #commit(works: readonly Work[]): void {
    const outcome = this.#attempt(works);
    if (outcome === 'single') this.#commitApart(works);
    const hasAccepts = works.some(({ kind }) => kind === 'accept');
    if (outcome === 'done' && hasAccepts && this.isFull) this.#accepts = 'yes';
  }

  /** Finds the guilty item by halves; whatever stands beside it is committed. */
  #commitApart(works: readonly Work[]): void {
    const [only] = works;
    if (only !== undefined && works.length === 1) return refuse(only, 'unstorable');
    const middle = Math.ceil(works.length / 2);
    this.#commitPart(works.slice(0, middle));
    this.#commitPart(works.slice(middle));
  }

  #commitPart(works: readonly Work[]): void {
    if (this.hasFailed) return rejectAll(works, this.#failure);
    if (this.isFull) return this.#queue.putBack(this.#refuseAccepts(works));
    this.#commit(works);
  }

  /** Writes all of `works` or none, and answers how it went; `single` leaves them unanswered. */
  #attempt(works: readonly Work[]): 'done' | SqliteFailure {
    const { context, monotonicMs } = this.#options;
    const before: Counters = { ...context.counters };
    const startedMs = monotonicMs();
    let answers: unknown[];
    try {
      answers = this.#write(works);
    } catch (cause) {
      Object.assign(context.counters, before);
      context.increments.clear();
      context.names.forget();
      return this.#undone(works, cause);
    }
    this.#lastCommitMs = monotonicMs() - startedMs;
    this.#commits.observe(this.#lastCommitMs);
    this.#commitCount += 1;
    this.#lastCommitSize = works.length;
    for (const [index, work] of works.entries()) {
      this.#committedRowCount += work.rows;
      work.settle(answers[index]);
    }
    return 'done';
  }

  #write(works: readonly Work[]): unknown[] {
    const { context, beforeCommit } = this.#options;
    return context.db.transact(() => {
      const answers = works.map((work) => work.run(context));
      // A commit without rows would prove nothing about the room on the disk.
      if (works.length === 0) keepPosition(context);
      keepIncrements(context);
      beforeCommit?.(works);
      return answers;
    });
  }

  #undone(works: readonly Work[], cause: unknown): SqliteFailure {
    const failure = sqliteFailure(cause);
    if (failure === 'full') {
      this.#accepts = 'disk_full';
      this.#queue.putBack(this.#refuseAccepts(works));
    }
    if (failure === 'fatal') {
      this.#fail(cause);
      rejectAll(works, this.#failure);
    }
    return failure;
  }

  #fail(cause: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = cause instanceof Error ? cause : new Error(String(cause));
    this.#accepts = 'failed';
    for (let left = this.#queue.take(); left.length > 0; left = this.#queue.take()) {
      rejectAll(left, this.#failure);
    }
    this.#options.onFailed(this.#failure);
  }
}

function keepPosition({ db, counters }: WriteContext): void {
  db.run(`UPDATE meta SET value = ? WHERE name = 'position'`, counters.position);
}

function refuse({ refusal, settle, reject }: Work, because: 'disk_full' | 'unstorable'): void {
  if (refusal === undefined) reject(new AppError(because));
  else settle(refusal(because));
}

function rejectAll(works: readonly Work[], cause: Error | null): void {
  for (const work of works) work.reject(unavailable(cause));
}

function unavailable(cause: Error | null): AppError {
  return new AppError('store_unavailable', undefined, { cause });
}
