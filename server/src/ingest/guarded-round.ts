import { AppError } from '../core/app-error.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { Position } from '../core/ids.ts';
import type { GuardedRow } from '../store/finder.ts';
import type { GuardedDeps, GuardedRef, GuardedStep } from './change-guarded.ts';
import type { Accepted, NewEvent } from './new-event.ts';

/** A decision, and whom to tell what came of it. */
type Decision = {
  readonly step: GuardedStep<unknown>;
  readonly settle: (accepted: Accepted | null) => void;
};

/** A change that nobody has been told the end of. */
export type WaitingChange = {
  /** How often another's write was met. */
  tries: number;
  /** Throws what refuses the change. */
  readonly decide: (row: GuardedRow | null, now: Instant) => Decision;
  readonly reject: (cause: unknown) => void;
};

type EventStep = Extract<GuardedStep<unknown>, { is: 'event' }>;

/** A change whose event is to be accepted, and the row that it leads to. */
type Planned = {
  readonly change: WaitingChange;
  readonly event: NewEvent;
  readonly settle: (accepted: Accepted) => void;
  readonly next: GuardedRow;
};

/** The row that a plan starts from, and whether that is what the store said just now. */
type Base = { readonly row: GuardedRow | null; readonly isRead: boolean };

/** Changes that are planned, and those that must wait until these are done. */
type Plan = { readonly planned: readonly Planned[]; readonly left: readonly WaitingChange[] };

/** Takes several changes of one row to their end, in their order. */
export class GuardedRound {
  readonly #deps: GuardedDeps;
  readonly #ref: GuardedRef;
  readonly #name: string;

  constructor(deps: GuardedDeps, ref: GuardedRef, name: string) {
    this.#deps = deps;
    this.#ref = ref;
    this.#name = name;
  }

  /** Never throws; answers the changes that must be decided again, in their order. */
  async settle(changes: readonly WaitingChange[]): Promise<readonly WaitingChange[]> {
    try {
      const { planned, left } = await this.#plan(changes);
      return planned.length === 0 ? left : [...(await this.#accept(planned)), ...left];
    } catch (cause) {
      this.#deps.known?.forget(this.#name);
      for (const { reject } of changes) reject(cause);
      return [];
    }
  }

  async #plan(changes: readonly WaitingChange[]): Promise<Plan> {
    let base = await this.#base();
    let row = base.row;
    const planned: Planned[] = [];
    for (const [index, change] of changes.entries()) {
      let decision = decided(change, row, this.#deps.clock.now());
      if (!isEvent(decision)) {
        // What refuses it is not in the store yet, and may never be.
        if (planned.length > 0) return { planned, left: changes.slice(index) };
        if (!base.isRead) {
          base = await this.#read();
          row = base.row;
          decision = decided(change, row, this.#deps.clock.now());
        }
      }
      if (isEvent(decision)) {
        const next = this.#planned(change, decision, row);
        planned.push(next);
        row = next.next;
      } else if ('error' in decision) change.reject(decision.error);
      else decision.settle(null);
    }
    return { planned, left: [] };
  }

  async #base(): Promise<Base> {
    const row = this.#deps.known?.get(this.#name) ?? null;
    return row === null ? this.#read() : { row, isRead: false };
  }

  async #read(): Promise<Base> {
    return { row: await this.#deps.finder.guarded(this.#ref), isRead: true };
  }

  #planned(
    change: WaitingChange,
    { step, settle }: Decision & { step: EventStep },
    row: GuardedRow | null,
  ): Planned {
    const { kind, id } = this.#ref;
    const expects = row?.version ?? null;
    const { keep } = step;
    const carries = {
      ...step.carries,
      writes: [{ ...step.write, kind, id, expects }],
      ...(keep === undefined ? {} : { keep }),
    };
    const next = {
      ...this.#ref,
      version: (expects ?? 0) + 1,
      value: step.write.value,
      group: step.write.group ?? null,
      state: step.write.state ?? null,
      wakeAt: step.write.wakeAt ?? null,
      position: row?.position ?? (0 as Position),
    };
    return { change, event: { ...step.event, carries }, settle, next };
  }

  async #accept(planned: readonly Planned[]): Promise<WaitingChange[]> {
    const { ingest, known } = this.#deps;
    const events = planned.map(({ event }) => event);
    // Until it is known which of them hold, none of them does.
    known?.forget(this.#name);
    const answers = await ingest.accept(this.#ref.tenantId, events);
    const again: WaitingChange[] = [];
    let written: GuardedRow | null = null;
    let isBroken = false;
    for (const [index, { change, settle, next }] of planned.entries()) {
      const accepted = answers[index];
      if (accepted === undefined) throw new Error('ingest left an event unanswered');
      if (accepted.is === 'accepted') written = next;
      const isConflict = accepted.is === 'failed' && accepted.code === 'conflict';
      // After one that failed the others expect what never was: that is no other's write.
      if (isConflict && !isBroken) change.tries += 1;
      isBroken ||= accepted.is !== 'accepted';
      if (isConflict && change.tries < limits.acceptTries) again.push(change);
      else if (accepted.is === 'failed') change.reject(failureOf(accepted));
      else settle(accepted);
    }
    if (!isBroken && written !== null) known?.set(this.#name, written);
    return again;
  }
}

function decided(
  change: WaitingChange,
  row: GuardedRow | null,
  now: Instant,
): Decision | { readonly error: unknown } {
  try {
    return change.decide(row, now);
  } catch (error) {
    return { error };
  }
}

function isEvent(
  decision: Decision | { readonly error: unknown },
): decision is Decision & { step: EventStep } {
  return 'step' in decision && decision.step.is === 'event';
}

function failureOf({ code, detail, errors }: Extract<Accepted, { is: 'failed' }>): AppError {
  return new AppError(code, detail ?? undefined, errors === undefined ? {} : { errors });
}
