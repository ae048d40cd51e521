import { AppError } from '../core/app-error.ts';
import type { Clock } from '../core/clock.ts';
import type { TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { Finder, GuardedRow } from '../store/finder.ts';
import type { GuardedKind, GuardedWrite } from '../store/queue.ts';
import type { Carried } from './carried.ts';
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
      readonly carries: Omit<Carried, 'writes'>;
      readonly write: Omit<GuardedWrite, 'kind' | 'id' | 'expects'>;
      readonly answer: Answer;
      /** Keeps the answer of the request, in the transaction of the change. */
      readonly keep?: KeepAnswer;
    }
  /** Nothing is to be changed. */
  | { readonly is: 'unchanged'; readonly answer: Answer };

/** A row as it stands, or null when there is none; throws what refuses the change. */
export type DecideStep<Answer> = (row: GuardedRow | null, now: Instant) => GuardedStep<Answer>;

export type ChangedGuarded<Answer> = {
  readonly answer: Answer;
  /** Null when nothing was changed. */
  readonly accepted: Accepted | null;
};

type Deps = {
  readonly ingest: Pick<Ingest, 'accept'>;
  readonly finder: Pick<Finder, 'guarded'>;
  readonly clock: Clock;
};

/**
 * Changes guarded rows, each change with the event that tells of it. Changes of one row are made
 * one after another on this node; another node's are met as a conflict, and decided anew.
 */
export class GuardedChanges {
  readonly #deps: Deps;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Reads a row, has `decide` say what follows, and has that accepted; at most
   * `limits.acceptTries` times, then `conflict`.
   */
  async change<Answer>(
    ref: GuardedRef,
    decide: DecideStep<Answer>,
  ): Promise<ChangedGuarded<Answer>> {
    const name = JSON.stringify([ref.tenantId, ref.kind, ref.id]);
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(() => this.#changeNow(ref, decide));
    const settled = mine.catch(() => undefined);
    this.#last.set(name, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    }
  }

  async #changeNow<Answer>(
    ref: GuardedRef,
    decide: DecideStep<Answer>,
  ): Promise<ChangedGuarded<Answer>> {
    const { finder, clock, ingest } = this.#deps;
    for (let tries = 1; tries <= limits.acceptTries; tries += 1) {
      const row = await finder.guarded(ref);
      const step = decide(row, clock.now());
      if (step.is === 'unchanged') return { answer: step.answer, accepted: null };
      const { kind, id, tenantId } = ref;
      const write = { ...step.write, kind, id, expects: row?.version ?? null };
      const carries = { ...step.carries, writes: [write] };
      const [accepted] = await ingest.accept(tenantId, [{ ...step.event, carries }], step.keep);
      if (accepted === undefined) throw new Error('ingest left an event unanswered');
      if (accepted.is !== 'failed') return { answer: step.answer, accepted };
      if (accepted.code !== 'conflict') {
        const { code, detail, errors } = accepted;
        throw new AppError(code, detail ?? undefined, errors === undefined ? {} : { errors });
      }
    }
    throw new AppError('conflict');
  }
}
