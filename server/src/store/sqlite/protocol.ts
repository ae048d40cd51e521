import type { FailureCode } from '../../core/failures.ts';
import type { CommitterCondition } from './committer.ts';
import type { StoreOpenCode } from './store-open-error.ts';
import type { VerbName } from './verbs.ts';
import type { CallsMessage } from './wire/calls-message.ts';

/** One call to a thread; its number comes back with its answer. */
export type Call = { readonly id: number; readonly name: VerbName; readonly asked: unknown };

/** What a thread is told. */
export type ToThread =
  | CallsMessage
  /** Move the log into the database, making nobody wait: most is for the reader to do. */
  | { readonly kind: 'checkpoint' }
  /** Finish what was asked before, then end. */
  | { readonly kind: 'close' };

/** An error that crosses threads; without a code it is one that nobody expected. */
export type CrossedError = { readonly code: FailureCode | null; readonly says: string };

/** What became of one call: its answer as `wire/answer-rows.ts` writes it, or an error. */
export type AnsweredCall =
  readonly [id: number, answer: unknown] | readonly [id: number, answer: null, error: CrossedError];

/** How the store thread is, told with each message. */
export type Report = {
  readonly condition: CommitterCondition;
  readonly pendingCount: number;
  /** How much of the write-ahead log is in use. */
  readonly logBytes: number;
};

/** What a thread tells. */
export type FromThread =
  | { readonly kind: 'ready'; readonly epoch: number; readonly report: Report | null }
  | { readonly kind: 'refused'; readonly code: StoreOpenCode; readonly says: string }
  | {
      readonly kind: 'answers';
      readonly answers: readonly AnsweredCall[];
      /** Null from the reader. */
      readonly report: Report | null;
    }
  /** The reader moved this much of the log. */
  | { readonly kind: 'checkpointed'; readonly movedBytes: number }
  /** Nothing more may be acknowledged. */
  | { readonly kind: 'failed'; readonly says: string }
  | { readonly kind: 'closed' };

/** What a thread is started with. */
export type ThreadStart = {
  readonly dataDir: string;
  readonly masterKey: Uint8Array;
  /** Below this much free disk no new events are taken. */
  readonly reserveBytes: number;
  /** Past this the writer itself empties the write-ahead log. */
  readonly logBytesMax: number;
  /** Where its entry file notes how the event loop does; null for nowhere. */
  readonly loops: SharedArrayBuffer | null;
};
