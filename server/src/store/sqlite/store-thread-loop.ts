import { statfsSync } from 'node:fs';
import { receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { Chance, Clock, Timers } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';
import { toCrossed } from './crossed-error.ts';
import { checkpoint } from './engine/checkpoint.ts';
import { Sealer } from './engine/sealer.ts';
import { openOwned } from './open-owned.ts';
import type { Owned } from './open-owned.ts';
import type { AnsweredCall, Call, FromThread, Report, ThreadStart, ToThread } from './protocol.ts';
import { StoreOpenError } from './store-open-error.ts';
import type { Asked } from './verbs.ts';
import { walBytes } from './wal-bytes.ts';
import { toAnswerRows } from './wire/answer-rows.ts';
import { fromCallsMessage } from './wire/calls-message.ts';
import { Writer } from './writer.ts';
import type { WriterVerbs } from './writer.ts';

/** What the thread's entry file hands in. */
export type StoreThreadDeps = {
  readonly port: MessagePort;
  readonly start: ThreadStart;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly chance: Pick<Chance, 'bytes'>;
  readonly timers: Timers;
};

/** Commits between two looks at the size of the log. */
const commitsPerLook = 8;

/** Opens the database and serves it until it is told to close; answers what came of opening. */
export function runStoreThread(deps: StoreThreadDeps): void {
  const { port, start, clock } = deps;
  const post = (message: FromThread): void => port.postMessage(message);
  try {
    const sealer = new Sealer(start.masterKey, deps.chance);
    const owned = openOwned({ dataDir: start.dataDir, sealer, now: () => clock.now() });
    new StoreThreadLoop(deps, owned, post).serve();
  } catch (cause) {
    if (!(cause instanceof StoreOpenError)) throw cause;
    post({ kind: 'refused', code: cause.code, says: cause.message });
    port.close();
  }
}

class StoreThreadLoop {
  readonly #deps: StoreThreadDeps;
  readonly #owned: Owned;
  readonly #post: (message: FromThread) => void;
  readonly #writer: Writer;
  readonly #logPath: string;
  #outbox: AnsweredCall[] = [];
  #logBytes = 0;
  #commitsSinceLook = commitsPerLook;
  #isClosing = false;
  #isRetrying = false;
  #isLingering = false;
  #emptying: { cancel(): void } | null = null;
  #mustEmptyLog = false;
  #lingerSinceMs: number | null = null;

  constructor(deps: StoreThreadDeps, owned: Owned, post: (message: FromThread) => void) {
    this.#deps = deps;
    this.#owned = owned;
    this.#post = post;
    this.#logPath = `${owned.path}-wal`;
    this.#writer = new Writer({
      context: owned.context,
      monotonicMs: () => deps.clock.monotonicMs(),
      hasRoom: () => freeBytes(deps.start.dataDir) >= deps.start.reserveBytes,
      onFailed: (cause) => this.#post({ kind: 'failed', says: cause.message }),
    });
  }

  serve(): void {
    const { epoch } = this.#owned.context;
    this.#lookAtLog();
    this.#deps.port.on('message', (message: ToThread) => {
      this.#receive(message);
      this.#run();
    });
    this.#post({ kind: 'ready', epoch, report: this.#report() });
  }

  /** Commits until nothing waits; whatever arrives meanwhile joins the next commit. */
  #run(): void {
    for (let goesOn = true; goesOn;) {
      this.#drain();
      // Answers to reads need no commit, so they do not wait for one.
      this.#flush();
      if (this.#lingers()) return;
      goesOn = this.#writer.waitingCount > 0 && this.#writer.commitNext();
      this.#lookAtLog();
      this.#emptyLogSoon();
      this.#flush();
      goesOn = this.#drain() || goesOn;
    }
    if (this.#isClosing) return this.#close();
    if (this.#writer.isFull) this.#retryLater();
  }

  /**
   * Under load, records alone wait a moment for others: a commit writes whole pages, and many
   * small ones write the same pages again and again. An idle store commits at once.
   */
  #lingers(): boolean {
    if (this.#isClosing || this.#writer.waitingCount === 0 || !this.#writer.mayLinger) {
      this.#lingerSinceMs = null;
      return false;
    }
    const nowMs = this.#deps.clock.monotonicMs();
    this.#lingerSinceMs ??= nowMs;
    const leftMs = limits.recordLingerMs - (nowMs - this.#lingerSinceMs);
    if (leftMs <= 0) {
      this.#lingerSinceMs = null;
      return false;
    }
    if (!this.#isLingering) {
      this.#isLingering = true;
      this.#deps.timers.after(leftMs, () => {
        this.#isLingering = false;
        if (!this.#isClosing) this.#run();
      });
    }
    return true;
  }

  /** Takes in whatever has arrived; answers whether something had. */
  #drain(): boolean {
    let count = 0;
    for (;;) {
      const received = receiveMessageOnPort(this.#deps.port);
      if (received === undefined) return count > 0;
      this.#receive(received.message as ToThread);
      count += 1;
    }
  }

  #receive(message: ToThread): void {
    switch (message.kind) {
      case 'calls':
        for (const call of fromCallsMessage(message)) this.#ask(call);
        return;
      case 'close':
        this.#isClosing = true;
        return;
      case 'checkpoint':
        this.#moveLog('PASSIVE');
        return;
      default:
        message satisfies never;
    }
  }

  #ask({ id, name, asked }: Call): void {
    this.#writer.ask(name as keyof WriterVerbs, asked as Asked<keyof WriterVerbs>, {
      settle: (answer) => this.#outbox.push([id, toAnswerRows(name, answer)]),
      reject: (cause) => this.#outbox.push([id, null, toCrossed(cause)]),
    });
  }

  #flush(): void {
    if (this.#outbox.length === 0) return;
    this.#post({ kind: 'answers', answers: this.#outbox, report: this.#report() });
    this.#outbox = [];
  }

  #report(): Report {
    return {
      condition: this.#writer.condition(),
      pendingCount: this.#writer.pendingCount,
      logBytes: this.#logBytes,
    };
  }

  /** What was erased leaves the log too, soon but not once for each event of many. */
  #emptyLogSoon(): void {
    if (!this.#writer.takeErased() && !this.#mustEmptyLog) return;
    this.#mustEmptyLog = true;
    this.#emptying ??= this.#deps.timers.after(limits.erasedLogMs, () => {
      this.#emptying = null;
      this.#mustEmptyLog = !this.#truncateLog();
      this.#emptyLogSoon();
    });
  }

  #lookAtLog(): void {
    this.#commitsSinceLook += 1;
    if (this.#commitsSinceLook < commitsPerLook) return;
    this.#commitsSinceLook = 0;
    this.#logBytes = walBytes(this.#logPath, limits.walPassiveBytes);
    if (this.#logBytes > this.#deps.start.logBytesMax) this.#truncateLog();
  }

  /** Answers whether it is empty now. */
  #truncateLog(): boolean {
    const isBusy = this.#moveLog('TRUNCATE');
    if (!isBusy) this.#logBytes = 0;
    return !isBusy;
  }

  /** Answers whether a reader was in the way. */
  #moveLog(mode: 'PASSIVE' | 'TRUNCATE'): boolean {
    try {
      return checkpoint(this.#owned.context.db, mode).isBusy;
    } catch (cause) {
      this.#writer.judge(cause);
      return false;
    }
  }

  /** A full disk keeps its records; time may bring room. */
  #retryLater(): void {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    this.#deps.timers.after(limits.recordRetryMs, () => {
      this.#isRetrying = false;
      if (this.#isClosing) return;
      this.#writer.probe();
      this.#run();
      this.#post({ kind: 'answers', answers: [], report: this.#report() });
    });
  }

  #close(): void {
    // A timer that is left would keep the thread, and whoever waits for its end, for seconds.
    this.#emptying?.cancel();
    if (this.#writer.condition().accepts !== 'failed') this.#truncateLog();
    this.#owned[Symbol.dispose]();
    this.#post({ kind: 'closed' });
    this.#deps.port.close();
  }
}

function freeBytes(dataDir: string): number {
  const { bavail, bsize } = statfsSync(dataDir);
  return bavail * bsize;
}
