import { AppError } from '../server/src/core/app-error.ts';
import type { NodeId } from '../server/src/core/ids.ts';
import type { Fate } from './store-call-fate.ts';
import type { StoreSide } from './store-side.ts';
import type { Actor, VirtualTime } from './virtual-time.ts';

/** After this long without an answer a driver says that it cannot tell. */
const driverGivesUpMs = 30_000;

export type StoreLinkDeps = {
  readonly time: VirtualTime;
  readonly side: StoreSide;
  readonly life: NodeId;
  readonly actor: Actor;
  readonly called: (verb: string, args: unknown) => void;
  readonly fate: (verb: string) => Fate;
  readonly crash: () => void;
};

/** Brings the calls of one life of a node to the store and back, as fate will have it. */
export class StoreLink {
  readonly #deps: StoreLinkDeps;

  constructor(deps: StoreLinkDeps) {
    this.#deps = deps;
  }

  call<Answer>(verb: string, args: unknown, run: () => Promise<Answer>): Promise<Answer> {
    const { time, fate, called, crash } = this.#deps;
    called(verb, args);
    const will = fate(verb);
    return new Promise<Answer>((resolve, reject) => {
      if (will.crash === 'before') time.after(0, crash);
      const arrive = async (): Promise<void> => {
        try {
          const answer = await this.#carryOut({ verb, args, run }, will);
          this.#answer(will.backMs, () => resolve(answer));
        } catch (cause) {
          const isHung = will.does === 'hang_before' || will.does === 'hang_after';
          const backMs = isHung ? driverGivesUpMs : will.backMs;
          this.#answer(backMs, () => reject(asError(cause)));
        }
        if (will.crash === 'answered') time.after(will.backMs, crash);
      };
      time.after(will.outMs, () => void arrive());
    });
  }

  async #carryOut<Answer>(
    call: { verb: string; args: unknown; run: () => Promise<Answer> },
    will: Fate,
  ): Promise<Answer> {
    const { side, life, actor, crash } = this.#deps;
    const isLost = will.does === 'fail_before' || will.does === 'hang_before';
    if (isLost || (will.crash === 'before' && actor.isDead)) throw unanswered();
    if (will.crash === 'applied') crash();
    const { verb, args, run } = call;
    const answer = await side.carryOut({ life, verb, args, syncMs: will.syncMs }, run);
    if (will.does !== 'answer') throw unanswered();
    return answer;
  }

  #answer(backMs: number, settle: () => void): void {
    this.#deps.time.after(backMs, settle, this.#deps.actor);
  }
}

function unanswered(): AppError {
  return new AppError('store_unavailable');
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
