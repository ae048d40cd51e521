import type { Worker } from 'node:worker_threads';
import { AppError } from '../../core/app-error.ts';
import { fromCrossed } from './crossed-error.ts';
import type { AnsweredCall, Call, FromThread, ToThread } from './protocol.ts';
import { StoreOpenError } from './store-open-error.ts';
import type { Answer, Asked, VerbName } from './verbs.ts';
import { fromAnswerRows } from './wire/answer-rows.ts';
import { toCallsMessage } from './wire/calls-message.ts';

/** The part of a worker that a client uses. */
export type Thread = Pick<Worker, 'on' | 'postMessage' | 'terminate'>;

export type ThreadClientOptions = {
  readonly thread: Thread;
  /** Calls back when this turn of the event loop is over. */
  readonly atTurnEnd: (run: () => void) => void;
  /** Told of every message but answers to calls. */
  readonly heard: (message: FromThread) => void;
  /** Told once when the thread dies or says that it must not go on. */
  readonly onFailed: (cause: Error) => void;
};

type Waiting = {
  readonly name: VerbName;
  readonly bytes: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (cause: Error) => void;
};

/**
 * Calls to one thread. Those of one turn leave in one message, answers find their call by number,
 * and the bytes of every call that is not yet answered are counted.
 */
export class ThreadClient {
  readonly #options: ThreadClientOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ready = Promise.withResolvers<Extract<FromThread, { kind: 'ready' }>>();
  readonly #gone = Promise.withResolvers<void>();
  #outgoing: Call[] = [];
  #lastId = 0;
  #outstandingBytes = 0;
  #isEnding = false;
  #failure: Error | null = null;

  constructor(options: ThreadClientOptions) {
    this.#options = options;
    options.thread.on('message', (message: FromThread) => this.#receive(message));
    options.thread.on('error', (cause: Error) => this.#fail(cause));
    options.thread.on('exit', () => this.#left());
    this.#ready.promise.catch(() => {});
  }

  get outstandingBytes(): number {
    return this.#outstandingBytes;
  }

  /** Answers once the thread serves; throws {@link StoreOpenError} when it will not. */
  ready(): Promise<Extract<FromThread, { kind: 'ready' }>> {
    return this.#ready.promise;
  }

  /** @param bytes  about what the call takes in memory, for `outstandingBytes`. */
  call<Name extends VerbName>(
    name: Name,
    asked: Asked<Name>,
    bytes: number,
  ): Promise<Answer<Name>> {
    if (this.#failure !== null || this.#isEnding) return Promise.reject(this.#unavailable());
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#lastId += 1;
    this.#waiting.set(this.#lastId, { name, bytes, resolve, reject });
    this.#outstandingBytes += bytes;
    if (this.#outgoing.length === 0) this.#options.atTurnEnd(() => this.#send());
    this.#outgoing.push({ id: this.#lastId, name, asked });
    return promise as Promise<Answer<Name>>;
  }

  /** Tells the thread something that has no answer of its own. */
  tell(message: ToThread): void {
    this.#options.thread.postMessage(message, []);
  }

  /** Lets the thread finish what it was asked before, and answers when it is gone. */
  close(): Promise<void> {
    if (!this.#isEnding) {
      this.#send();
      this.tell({ kind: 'close' });
    }
    this.#isEnding = true;
    return this.#gone.promise;
  }

  #send(): void {
    if (this.#outgoing.length === 0) return;
    const message = toCallsMessage(this.#outgoing);
    this.#outgoing = [];
    this.#options.thread.postMessage(message, message.block ? [message.block.buffer] : []);
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve(message);
        break;
      case 'refused':
        this.#isEnding = true;
        this.#ready.reject(new StoreOpenError(message.code, message.says));
        break;
      case 'answers':
        for (const answered of message.answers) this.#answer(answered);
        break;
      case 'failed':
        this.#fail(new Error(message.says));
        break;
      case 'checkpointed':
      case 'closed':
        break;
      default:
        message satisfies never;
    }
    this.#options.heard(message);
  }

  #answer([id, answer, error]: AnsweredCall): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#outstandingBytes -= waiting.bytes;
    if (error === undefined) waiting.resolve(fromAnswerRows(waiting.name, answer));
    else waiting.reject(fromCrossed(error));
  }

  #fail(cause: Error): void {
    this.#ready.reject(cause);
    if (this.#failure !== null) return;
    this.#failure = cause;
    this.#options.onFailed(cause);
    this.#rejectAll();
  }

  #left(): void {
    if (!this.#isEnding) this.#fail(new Error('a store thread ended by itself'));
    this.#rejectAll();
    this.#gone.resolve();
  }

  #rejectAll(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#outstandingBytes = 0;
    for (const { reject } of waiting) reject(this.#unavailable());
  }

  #unavailable(): AppError {
    return new AppError('store_unavailable', undefined, { cause: this.#failure });
  }
}
