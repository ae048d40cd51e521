import { statSync } from 'node:fs';
import type { Chance, Clock } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';
import type { Store } from '../store.ts';
import { askStore } from './ask-store.ts';
import type { CommitterOptions } from './committer.ts';
import { checkpoint } from './engine/checkpoint.ts';
import type { WriteContext } from './engine/context.ts';
import { openWriter } from './engine/open-writer.ts';
import { read, reads } from './engine/read.ts';
import { Sealer } from './engine/sealer.ts';
import type { Answer, Ask, Asked, ReadVerbs, VerbName } from './verbs.ts';
import { walBytes } from './wal-bytes.ts';
import { Writer } from './writer.ts';
import type { WriterVerbs } from './writer.ts';

export type InlineOptions = {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly masterKey: Uint8Array;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly chance: Pick<Chance, 'bytes'>;
  readonly hasRoom?: CommitterOptions['hasRoom'];
  readonly onFailed?: CommitterOptions['onFailed'];
  readonly beforeCommit?: CommitterOptions['beforeCommit'];
  /** Called with the opened context, for a test that must reach the database itself. */
  readonly onOpened?: (context: WriteContext) => void;
};

/**
 * The store in this thread, without an owner file: for tests and simulation. Calls of one turn are
 * committed together at its end, so that the same calls always make the same commits.
 */
export function openSqliteInline(options: InlineOptions): Store {
  const { path, clock } = options;
  const sealer = new Sealer(options.masterKey, options.chance);
  const context = openWriter({ path, sealer, now: () => clock.now() });
  options.onOpened?.(context);
  const writer = new Writer({
    context,
    monotonicMs: () => clock.monotonicMs(),
    hasRoom: options.hasRoom ?? (() => true),
    onFailed: options.onFailed ?? (() => {}),
    beforeCommit: options.beforeCommit,
  });
  const loop = new InlineLoop(writer, context, path);
  return askStore({
    ask: loop.ask,
    epoch: context.epoch,
    pendingCount: () => writer.pendingCount,
    condition: () => ({ ...writer.condition(), uncommittedBytes: 0 }),
    close: () => loop.close(),
  });
}

class InlineLoop {
  readonly #writer: Writer;
  readonly #context: WriteContext;
  readonly #path: string;
  #isScheduled = false;

  constructor(writer: Writer, context: WriteContext, path: string) {
    this.#writer = writer;
    this.#context = context;
    this.#path = path;
  }

  readonly ask: Ask = (name, asked) => {
    if (isReading(name)) return this.#read(name, asked);
    return this.#write(name, asked as never);
  };

  async close(): Promise<void> {
    this.#run();
    this.#context.db.close();
  }

  async #read<Name extends VerbName>(name: Name, asked: Asked<Name>): Promise<Answer<Name>> {
    try {
      return read(this.#context, name as keyof ReadVerbs, asked as never) as Answer<Name>;
    } catch (cause) {
      this.#writer.judge(cause);
      throw cause;
    }
  }

  #write<Name extends keyof WriterVerbs>(name: Name, asked: Asked<Name>): Promise<Answer<Name>> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer<Name>>();
    this.#writer.ask(name, asked, { settle: resolve, reject });
    if (!this.#isScheduled) queueMicrotask(() => this.#run());
    this.#isScheduled = true;
    return promise;
  }

  #run(): void {
    this.#isScheduled = false;
    // A full disk is looked at again with each call: nothing here may set a timer.
    this.#writer.probe();
    if (this.#writer.waitingCount === 0) return;
    while (this.#writer.commitNext());
    this.#checkpoint();
  }

  #checkpoint(): void {
    if (this.#path === ':memory:') return;
    const log = `${this.#path}-wal`;
    if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) < limits.walPassiveBytes) return;
    if (walBytes(log, limits.walPassiveBytes) < limits.walPassiveBytes) return;
    try {
      checkpoint(this.#context.db, 'PASSIVE');
    } catch (cause) {
      this.#writer.judge(cause);
    }
  }
}

function isReading(name: VerbName): name is keyof ReadVerbs {
  return name in reads && name !== 'loadDue' && name !== 'dueEndpoints' && name !== 'readEvents';
}
