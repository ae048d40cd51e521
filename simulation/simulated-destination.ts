import { writeDetail } from '../server/src/core/attempt-detail.ts';
import type { Outcome, Phases, SentRequest } from '../server/src/core/attempt.ts';
import type { AttemptId } from '../server/src/core/ids.ts';
import type { Destination, SendOrder, SendResult } from '../server/src/destinations/destination.ts';
import type { Arrival } from './fact.ts';
import type { NodeTime } from './node-time.ts';
import type { Receivers } from './receivers.ts';
import type { SeededChance } from './seeded-chance.ts';
import type { Actor, VirtualTime } from './virtual-time.ts';

export type SimulatedDestinationDeps = {
  readonly time: VirtualTime;
  readonly nodeTime: NodeTime;
  readonly actor: Actor;
  readonly receivers: Receivers;
  readonly chance: SeededChance;
  readonly started: (order: SendOrder) => void;
  readonly ended: (order: SendOrder, outcome: Outcome) => void;
  readonly arrived: (arrival: Arrival) => void;
  /** Told of a request that is answered with 202 and may be reported on. */
  readonly accepted: (order: SendOrder) => void;
};

type Sending = {
  readonly order: SendOrder;
  readonly startedMs: number;
  readonly deadline: { cancel(): void };
  readonly resolve: (result: SendResult) => void;
};

/** Reaches simulated receivers: requests and answers take time, and may be lost. */
export class SimulatedDestination implements Destination {
  readonly #deps: SimulatedDestinationDeps;
  readonly #sending = new Map<AttemptId, Sending>();

  constructor(deps: SimulatedDestinationDeps) {
    this.#deps = deps;
  }

  send(order: SendOrder): Promise<SendResult> {
    const { nodeTime, started, time, chance } = this.#deps;
    started(order);
    const { attemptId, endpoint } = order;
    const deadline = nodeTime.after(endpoint.timeoutMs, () => {
      this.#end(attemptId, { kind: 'unanswered', error: 'timeout' });
    });
    const { promise, resolve } = Promise.withResolvers<SendResult>();
    this.#sending.set(attemptId, { order, startedMs: nodeTime.monotonicMs(), deadline, resolve });
    time.after(chance.whole(0, 15), () => this.#arrive(order));
    return promise;
  }

  cut(attemptIds: readonly AttemptId[] = [...this.#sending.keys()]): void {
    for (const attemptId of attemptIds) this.#end(attemptId, { kind: 'interrupted' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
  }

  #arrive(order: SendOrder): void {
    const { actor, chance, receivers, time, arrived, accepted } = this.#deps;
    const { attemptId, deliveryId, endpoint, event } = order;
    // What a dead or cut sender had not handed to the network yet gets lost; some of it had.
    const isAlive = !actor.isDead && this.#sending.has(attemptId);
    if (!isAlive && chance.hits(0.5)) return;
    const reaction = receivers.react(order, time.nowMs);
    if (reaction.is === 'refused') return this.#refuse(attemptId);
    const { status, retryAfterMs, afterMs } = reaction;
    const ids = { attemptId, deliveryId, eventId: event.id, endpointId: endpoint.id };
    arrived({ is: 'arrived', ...ids, url: endpoint.url, status });
    if (status === null) return;
    if (status === 202) accepted(order);
    this.#later(afterMs, () => this.#end(attemptId, { kind: 'answered', status, retryAfterMs }));
  }

  #refuse(attemptId: AttemptId): void {
    this.#later(1, () => {
      this.#end(attemptId, { kind: 'unanswered', error: 'connection_refused' });
    });
  }

  #later(afterMs: number, run: () => void): void {
    this.#deps.time.after(afterMs, run, this.#deps.actor);
  }

  #end(attemptId: AttemptId, outcome: Outcome): void {
    const sending = this.#sending.get(attemptId);
    if (sending === undefined) return;
    this.#sending.delete(attemptId);
    sending.deadline.cancel();
    const { order, startedMs, resolve } = sending;
    this.#deps.ended(order, outcome);
    const latencyMs = this.#deps.nodeTime.monotonicMs() - startedMs;
    const detail = writeDetail({ phases: noPhases, answer: null, request: requestOf(order) });
    resolve({ outcome, latencyMs, detail, answerBody: null });
  }
}

const noPhases: Phases = {
  ...{ queueMs: 0, dnsMs: null, connectMs: null },
  ...{ tlsMs: null, firstByteMs: null, bodyMs: null },
};

function requestOf({ endpoint, event }: SendOrder): SentRequest {
  return { url: endpoint.url, headers: [['webhook-id', event.id]] };
}
