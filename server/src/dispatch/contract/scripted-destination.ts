import { writeDetail } from '../../core/attempt-detail.ts';
import type { Outcome } from '../../core/attempt.ts';
import type { Timers } from '../../core/clock.ts';
import type { AttemptId, EndpointId } from '../../core/ids.ts';
import type { Destination, SendOrder, SendResult } from '../../destinations/destination.ts';

/** What an endpoint does with an attempt. */
export type Act = Outcome | { readonly kind: 'hangs' };

type InFlight = { readonly order: SendOrder; readonly end: (outcome: Outcome) => void };

/** An endpoint never answers. */
export const hangs: Act = { kind: 'hangs' };

const latencyMs = 10;

/** An answer with this status. */
export function answered(status: number, retryAfterMs: number | null = null): Act {
  return { kind: 'answered', status, retryAfterMs };
}

/** A destination over virtual time whose endpoints do what their scripts say. */
export class ScriptedDestination implements Destination {
  /** Every attempt that was handed over, in order. */
  readonly orders: SendOrder[] = [];
  readonly #timers: Timers;
  readonly #scripts = new Map<EndpointId, Act[]>();
  readonly #inFlight = new Map<AttemptId, InFlight>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** How many attempts are under way. */
  get inFlightCount(): number {
    return this.#inFlight.size;
  }

  /** Has an endpoint do these in turn, the last one for ever; without a script it answers 200. */
  script(endpointId: EndpointId, ...acts: Act[]): void {
    this.#scripts.set(endpointId, acts);
  }

  /** The attempts at one endpoint so far. */
  ordersTo(endpointId: EndpointId): SendOrder[] {
    return this.orders.filter(({ endpoint }) => endpoint.id === endpointId);
  }

  send(order: SendOrder): Promise<SendResult> {
    this.orders.push(order);
    const act = this.#next(order.endpoint.id);
    return new Promise((resolve) => {
      const end = (outcome: Outcome): void => {
        if (this.#inFlight.delete(order.attemptId)) resolve(resultOf(order, outcome));
      };
      this.#inFlight.set(order.attemptId, { order, end });
      if (act.kind !== 'hangs') this.#timers.after(latencyMs, () => end(act));
    });
  }

  cut(attemptIds?: readonly AttemptId[]): void {
    const ids = attemptIds ?? [...this.#inFlight.keys()];
    for (const id of ids) this.#inFlight.get(id)?.end({ kind: 'interrupted' });
  }

  /** Ends what hangs at an endpoint. */
  end(endpointId: EndpointId, outcome: Outcome): void {
    for (const { order, end } of this.#inFlight.values()) {
      if (order.endpoint.id === endpointId) end(outcome);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #next(endpointId: EndpointId): Act {
    const acts = this.#scripts.get(endpointId) ?? [];
    const act = acts.length > 1 ? acts.shift() : acts[0];
    return act ?? answered(200);
  }
}

function resultOf(order: SendOrder, outcome: Outcome): SendResult {
  const phases = { queueMs: 0, dnsMs: null, connectMs: null, tlsMs: null };
  return {
    outcome,
    latencyMs,
    detail: writeDetail({
      phases: { ...phases, firstByteMs: null, bodyMs: null },
      request: { url: order.endpoint.url, headers: [] },
      answer: null,
    }),
    answerBody: null,
  };
}
