import { Worker } from 'node:worker_threads';
import { AppError } from '../../core/app-error.ts';
import { limits } from '../../core/limits.ts';
import type { PlannedEvent } from '../queue.ts';
import type { Store } from '../store.ts';
import { askStore } from './ask-store.ts';
import { LogMoves } from './log-moves.ts';
import type { Mover } from './log-moves.ts';
import type { FromThread, Report, ThreadStart } from './protocol.ts';
import { ThreadClient } from './thread-client.ts';
import type { Ask, Asked, VerbName } from './verbs.ts';
import { weighEvent, weighRecord } from './weigh.ts';

/** What a store in threads needs. */
export type SqliteOptions = {
  readonly dataDir: string;
  /** 32 bytes. */
  readonly masterKey: Uint8Array;
  /** Calls back when this turn of the event loop is over (`setImmediate`). */
  readonly atTurnEnd: (run: () => void) => void;
  /** Told once when the store can acknowledge nothing more; the process should end. */
  readonly onFailed: (cause: Error) => void;
  /** Below this much free disk no new events are taken. */
  readonly reserveBytes?: number;
  /** Where the threads note how their event loops do, in the way of their entry files. */
  readonly loops?: SharedArrayBuffer;
  /** Past this the writer itself empties the write-ahead log. */
  readonly logBytesMax?: number;
};

/** Verbs that the store thread answers; the reader answers the others. */
const writerVerbs: ReadonlySet<VerbName> = new Set<VerbName>([
  'accept',
  'record',
  'change',
  'erase',
  'settle',
  'changeCatalogue',
  'prune',
  'saveAlerts',
  'makeReplay',
  'changeReplay',
  'claimReplays',
  'stepReplay',
  'loadDue',
  'dueEndpoints',
  'readEvents',
]);

/** Heaps of the threads, in MiB: rows pass through them, nothing is kept. */
const heaps = {
  store: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 24 },
  reader: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 8 },
} as const;

/**
 * Opens the store of a data directory: this thread opens no database, a store thread writes, a
 * reader thread reads and moves the log. Throws `StoreOpenError`.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const threads = new SqliteThreads(options);
  try {
    await threads.start();
  } catch (cause) {
    await threads.close();
    throw cause;
  }
  return askStore({
    ask: threads.ask,
    epoch: threads.epoch,
    pendingCount: () => threads.report.pendingCount,
    condition: () => ({
      ...threads.report.condition,
      uncommittedBytes: threads.uncommittedBytes,
    }),
    close: () => threads.close(),
  });
}

class SqliteThreads {
  readonly #options: SqliteOptions;
  readonly #writer: ThreadClient;
  #reader: ThreadClient | null = null;
  #report: Report | null = null;
  #epoch = 0;
  readonly #logMoves = new LogMoves();
  #hasFailed = false;

  constructor(options: SqliteOptions) {
    this.#options = options;
    this.#writer = this.#client('store');
  }

  get epoch(): number {
    return this.#epoch;
  }

  get uncommittedBytes(): number {
    return this.#writer.outstandingBytes;
  }

  get report(): Report {
    if (this.#report === null) throw new Error('the store thread has not reported yet');
    const { condition } = this.#report;
    if (!this.#hasFailed) return this.#report;
    return { ...this.#report, condition: { ...condition, accepts: 'failed' } };
  }

  /** The reader starts second: only the writer may make the file. */
  async start(): Promise<void> {
    this.#epoch = (await this.#writer.ready()).epoch;
    this.#reader = this.#client('reader');
    await this.#reader.ready();
  }

  readonly ask: Ask = (name, asked) => {
    const bytes = weigh(name, asked);
    if (name === 'accept' && this.#writer.outstandingBytes + bytes > limits.uncommittedBytes) {
      return Promise.reject(new AppError('overloaded'));
    }
    const client = writerVerbs.has(name) ? this.#writer : this.#reader;
    if (client === null) return Promise.reject(new AppError('store_unavailable'));
    return client.call(name, asked, bytes);
  };

  /** The writer ends last, so that it can empty the log. */
  async close(): Promise<void> {
    await this.#reader?.close();
    await this.#writer.close();
  }

  #client(role: 'store' | 'reader'): ThreadClient {
    const { dataDir, masterKey, reserveBytes, logBytesMax, loops } = this.#options;
    const workerData: ThreadStart = {
      dataDir,
      masterKey,
      reserveBytes: reserveBytes ?? limits.diskReserveBytes,
      logBytesMax: logBytesMax ?? limits.walTruncateBytes,
      loops: loops ?? null,
    };
    return new ThreadClient({
      thread: new Worker(entryOf(role), { workerData, name: role, resourceLimits: heaps[role] }),
      atTurnEnd: this.#options.atTurnEnd,
      heard: (message) => this.#hear(message),
      onFailed: (cause) => this.#fail(cause),
    });
  }

  #hear(message: FromThread): void {
    if (message.kind === 'checkpointed') this.#moveLog(this.#logMoves.moved(message.movedBytes));
    if (message.kind !== 'ready' && message.kind !== 'answers') return;
    if (message.report === null) return;
    this.#report = message.report;
    this.#moveLog(this.#logMoves.reported(message.report.logBytes));
  }

  #moveLog(mover: Mover): void {
    if (mover === null) return;
    (mover === 'reader' ? this.#reader : this.#writer)?.tell({ kind: 'checkpoint' });
  }

  #fail(cause: Error): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onFailed(cause);
  }
}

/** The entry files lie in app/, which alone may reach for clocks and chance. */
function entryOf(role: 'store' | 'reader'): URL {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`../../app/threads/${role}-thread.${ending}`, import.meta.url);
}

function weigh<Name extends VerbName>(name: Name, asked: Asked<Name>): number {
  if (name === 'accept') {
    return (asked as readonly PlannedEvent[]).reduce((sum, plan) => sum + weighEvent(plan), 0);
  }
  if (name === 'record') {
    return (asked as Asked<'record'>).reduce((sum, each) => sum + weighRecord(each), 0);
  }
  return 0;
}
