import { composeForward } from '../../app/compose-forward.ts';
import type { StoredEvent } from '../../core/event.ts';
import { printJson, printLines } from '../output/print.ts';
import { say } from '../shell.ts';
import type { Shell } from '../shell.ts';
import { systemClock } from '../../app/system-clock.ts';
import { backoffMs } from './backoff.ts';
import { forward, isTaken } from './forward.ts';
import type { Forwarded } from './forward.ts';

/** Where events are handed on, and how. */
export type ListenOrder = {
  /** Null only shows them. */
  readonly target: URL | null;
  readonly secret: string;
  readonly userAgent: string;
  /** How often one event is tried before the next; null until it is taken. */
  readonly attempts: number | null;
  readonly isJson: boolean;
};

type Tried = Forwarded & { readonly number: number; readonly latencyMs: number };

const clock = systemClock();

/** Hands events on to a local program, one after the other. */
export class Listener {
  readonly #order: ListenOrder;
  readonly #shell: Shell;

  constructor(order: ListenOrder, shell: Shell) {
    this.#order = order;
    this.#shell = shell;
  }

  /** Ends once an event was taken or given up; answers false when it was told to stop before. */
  async take(event: StoredEvent): Promise<boolean> {
    const { target, attempts } = this.#order;
    if (target === null) {
      this.#show(event, null);
      return true;
    }
    const stop = this.#shell.stop();
    for (let number = 1; !stop.aborted; number += 1) {
      const tried = await this.#try(event, target, number);
      if (stop.aborted && !isTaken(tried)) return false;
      this.#show(event, tried);
      if (isTaken(tried)) return true;
      if (number === attempts) {
        say(this.#shell, `${event.id} was given up after ${number} attempts`);
        return true;
      }
      const waitMs = backoffMs(number);
      const why = tried.error ?? `it answered ${tried.status}`;
      say(this.#shell, `${target.origin} did not take it (${why}); again in ${waitMs / 1_000} s`);
      await this.#shell.wait(waitMs, stop).catch(() => undefined);
    }
    return false;
  }

  async #try(event: StoredEvent, target: URL, number: number): Promise<Tried> {
    const { secret, userAgent } = this.#order;
    const startedAt = performance.now();
    const what = { event, url: target.href, secret, number };
    const request = composeForward(what, { clock, userAgent });
    const forwarded = await forward(request, target, this.#shell.stop());
    return { ...forwarded, number, latencyMs: Math.round(performance.now() - startedAt) };
  }

  #show(event: StoredEvent, tried: Tried | null): void {
    const { id, type } = event;
    if (this.#order.isJson) {
      printJson(this.#shell, { id, type, ...tried });
      return;
    }
    const { status = null, error = null, latencyMs = 0 } = tried ?? {};
    const outcome = tried === null ? [] : [String(status ?? error), `${latencyMs} ms`];
    printLines(this.#shell, [[type, id, ...outcome].join('  ')]);
  }
}
