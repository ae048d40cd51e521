import type { Clock } from '../core/clock.ts';
import type { TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { Finder, GuardedRow } from '../store/finder.ts';
import type { GuardedKind, GuardedWrite } from '../store/queue.ts';
import type { Carried } from './carried.ts';
import { GuardedRound } from './guarded-round.ts';
import type { WaitingChange } from './guarded-round.ts';
import type { KnownRows } from './known-rows.ts';
import type { Accepted, Ingest, KeepAnswer, NewEvent } from './new-event.ts';

/** The row that a change is about. */
export type GuardedRef = {
  readonly tenantId: TenantId;
  readonly kind: GuardedKind;
  readonly id: string;
};

/** What a row becomes, and the event that tells of it. */
export type GuardedStep<Answer> =
  | {
      readonly is: 'event';
      readonly event: NewEvent;
      readonly carries: Omit<Carried, 'writes' | 'keep'>;
      readonly write: Omit<GuardedWrite, 'kind' | 'id' | 'expects'>;
      readonly answer: Answer;
      /** Keeps the answer of the request, in the transaction of the change. */
      readonly keep?: KeepAnswer;
    }
  /** Nothing is to be changed. */
  | { readonly is: 'unchanged'; readonly answer: Answer };

/**
 * A row as it stands, or null when there is none; throws what refuses the change. It may be asked
 * several times. The position of a row that was not read since it was made is 0.
 */
export type DecideStep<Answer> = (row: GuardedRow | null, now: Instant) => GuardedStep<Answer>;

export type ChangedGuarded<Answer> = {
  readonly answer: Answer;
  /** Null when nothing was changed. */
  readonly accepted: Accepted | null;
};

export type GuardedDeps = {
  readonly ingest: Pick<Ingest, 'accept'>;
  readonly finder: Pick<Finder, 'guarded'>;
  readonly clock: Clock;
  /** Spares reading small rows that change often; left out, each is read. */
  readonly known?: KnownRows;
  /**
   * Whether no other node changes the same rows. Else no change is planned from one that is not
   * answered yet: another's may take the version that it was to have, and would be built upon.
   */
  readonly isAlone?: boolean;
};

type Lane = { readonly waiting: WaitingChange[]; isRunning: boolean };

/**
 * Changes guarded rows, each change with the event that tells of it. Changes of one row are
 * decided in the order in which they were asked for; on a node that is alone those that wait are
 * accepted together, each decided from what the one before it leads to. Another node's are met as
 * a conflict, and decided anew.
 */
export class GuardedChanges {
  readonly #deps: GuardedDeps;
  readonly #lanes = new Map<string, Lane>();

  constructor(deps: GuardedDeps) {
    this.#deps = deps;
  }

  /**
   * Has `decide` say what follows from a row, and has that accepted; at most `limits.acceptTries`
   * times, then `conflict`.
   */
  async change<Answer>(
    ref: GuardedRef,
    decide: DecideStep<Answer>,
  ): Promise<ChangedGuarded<Answer>> {
    const { promise, resolve, reject } = Promise.withResolvers<ChangedGuarded<Answer>>();
    const name = JSON.stringify([ref.tenantId, ref.kind, ref.id]);
    const lane = this.#lanes.get(name) ?? { waiting: [], isRunning: false };
    this.#lanes.set(name, lane);
    lane.waiting.push(waitingChange(decide, { resolve, reject }));
    if (!lane.isRunning) void this.#run(ref, name, lane);
    return promise;
  }

  async #run(ref: GuardedRef, name: string, lane: Lane): Promise<void> {
    lane.isRunning = true;
    const round = new GuardedRound(this.#deps, ref, name);
    const most = this.#deps.isAlone === true ? limits.guardedPipeline : 1;
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0, most);
      lane.waiting.unshift(...(await round.settle(batch)));
    }
    this.#lanes.delete(name);
  }
}

/** Decides and settles without knowing of what type the answer is. */
function waitingChange<Answer>(
  decide: DecideStep<Answer>,
  {
    resolve,
    reject,
  }: { resolve: (changed: ChangedGuarded<Answer>) => void; reject: (cause: unknown) => void },
): WaitingChange {
  return {
    tries: 0,
    decide: (row, now) => {
      const step = decide(row, now);
      const settle = (accepted: Accepted | null) => resolve({ answer: step.answer, accepted });
      return { step, settle };
    },
    reject,
  };
}
