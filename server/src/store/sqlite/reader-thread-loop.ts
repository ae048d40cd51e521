import { fromCallsMessage } from './wire/calls-message.ts';
import type { MessagePort } from 'node:worker_threads';
import type { Chance } from '../../core/clock.ts';
import { toCrossed } from './crossed-error.ts';
import { checkpoint } from './engine/checkpoint.ts';
import type { ReadContext } from './engine/context.ts';
import { openReader } from './engine/open-reader.ts';
import { read } from './engine/read.ts';
import { Sealer } from './engine/sealer.ts';
import { databasePath } from './open-owned.ts';
import type { AnsweredCall, Call, FromThread, ThreadStart, ToThread } from './protocol.ts';
import { sqliteFailure } from './sqlite-failure.ts';
import type { Asked, ReadVerbs } from './verbs.ts';
import { frameBytes } from './wal-bytes.ts';

/** What the thread's entry file hands in. */
export type ReaderThreadDeps = {
  readonly port: MessagePort;
  readonly start: ThreadStart;
  readonly chance: Pick<Chance, 'bytes'>;
};

/** Serves lists, searches and look-ups, and moves the log into the database when told to. */
export function runReaderThread({ port, start, chance }: ReaderThreadDeps): void {
  const context = openReader(databasePath(start.dataDir), new Sealer(start.masterKey, chance));
  const post = (message: FromThread): void => port.postMessage(message);
  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'calls':
        return answerAll(context, fromCallsMessage(message), post);
      case 'checkpoint':
        return moveLog(context, post);
      case 'close':
        context.db.close();
        post({ kind: 'closed' });
        return port.close();
      default:
        return message satisfies never;
    }
  });
  post({ kind: 'ready', epoch: 0, report: null });
}

/** Each answer goes at once: the next read of the message may take long. */
function answerAll(
  context: ReadContext,
  calls: readonly Call[],
  post: (message: FromThread) => void,
): void {
  for (const call of calls) {
    post({ kind: 'answers', answers: [answer(context, call, post)], report: null });
  }
}

function answer(
  context: ReadContext,
  { id, name, asked }: Call,
  post: (message: FromThread) => void,
): AnsweredCall {
  try {
    const verb = name as keyof ReadVerbs;
    return [id, read(context, verb, asked as Asked<typeof verb>)];
  } catch (cause) {
    tellFailure(cause, post);
    return [id, null, toCrossed(cause)];
  }
}

function moveLog({ db }: ReadContext, post: (message: FromThread) => void): void {
  let movedBytes = 0;
  try {
    movedBytes = checkpoint(db, 'PASSIVE').moved * frameBytes;
  } catch (cause) {
    tellFailure(cause, post);
  }
  post({ kind: 'checkpointed', movedBytes });
}

function tellFailure(cause: unknown, post: (message: FromThread) => void): void {
  if (sqliteFailure(cause) !== 'fatal') return;
  post({ kind: 'failed', says: cause instanceof Error ? cause.message : String(cause) });
}
