import type { AddressPolicy } from '../../core/address/address-policy.ts';
import type { AddressRule } from '../../core/address-rule.ts';
import type { Clock, Timers } from '../../core/clock.ts';
import type { AttemptId, EndpointId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { Destination, SendOrder, SendResult } from '../destination.ts';
import { composeRequest } from './compose-request.ts';
import type { OutgoingRequest } from './compose-request.ts';
import { ConnectionPool } from './connection-pool.ts';
import { Connection } from './connection.ts';
import { dial, openSocket } from './dial.ts';
import type { DialDeps, OpenSocket } from './dial.ts';
import { formatBody } from './format.ts';
import type { FormattedBody } from './format.ts';
import { HttpAttempt } from './http-attempt.ts';
import type { AttemptSurroundings } from './http-attempt.ts';
import { PreparedEvents } from './prepared-events.ts';
import { createResolver } from './resolve.ts';
import type { Resolve } from './resolve.ts';
import { prepareTarget } from './target.ts';
import type { Origin, Target } from './target.ts';

export type HttpDestinationDeps = {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly policy: AddressPolicy;
  readonly userAgent: string;
  /** The machine's name servers when not given. */
  readonly resolve?: Resolve;
  /** Plain TCP when not given; a test may record instead of connecting. */
  readonly open?: OpenSocket;
  /** Roots to trust instead of the machine's, in PEM. */
  readonly trusted?: string;
  /** How long TCP may take to connect; `limits.connectMs` when not given. */
  readonly connectMs?: number;
};

/** Makes the destination that delivers by HTTP POST; its connections live until it is disposed. */
export function createHttpDestination(deps: HttpDestinationDeps): Destination {
  return new HttpDestination(deps);
}

class HttpDestination implements Destination {
  readonly #deps: HttpDestinationDeps;
  readonly #dialDeps: DialDeps;
  readonly #pool: ConnectionPool;
  readonly #targets = new Map<EndpointId, Target>();
  readonly #events = new PreparedEvents();
  readonly #inFlight = new Map<AttemptId, HttpAttempt>();
  readonly #around: AttemptSurroundings;
  #ticking: { cancel(): void } | null = null;

  constructor(deps: HttpDestinationDeps) {
    this.#deps = deps;
    this.#dialDeps = {
      ...deps,
      resolve: deps.resolve ?? createResolver(),
      open: deps.open ?? openSocket,
      trusted: deps.trusted ?? null,
      connectMs: deps.connectMs ?? limits.connectMs,
    };
    this.#pool = new ConnectionPool(deps.clock);
    this.#around = {
      clock: deps.clock,
      ended: (attempt) => this.#inFlight.delete(attempt.order.attemptId),
      keep: (connection) => this.#pool.give(connection),
      redial: (attempt) => this.#dial(attempt),
    };
  }

  send(order: SendOrder): Promise<SendResult> {
    const target = this.#targetOf(order);
    const request = this.#compose(order, target);
    const attempt = new HttpAttempt(this.#around, { order, target, request });
    this.#inFlight.set(order.attemptId, attempt);
    this.#ticking ??= this.#tickSoon();
    this.#start(attempt);
    return attempt.result;
  }

  cut(attemptIds?: readonly AttemptId[]): void {
    const ids = attemptIds ?? [...this.#inFlight.keys()];
    for (const id of ids) this.#inFlight.get(id)?.end({ kind: 'interrupted' });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#ticking?.cancel();
    this.#ticking = null;
    this.#pool.close();
    return Promise.resolve();
  }

  #compose(order: SendOrder, target: Target): OutgoingRequest {
    return composeRequest({
      order,
      target,
      event: this.#events.of(order.event),
      body: this.#body(order),
      wallSeconds: this.#deps.clock.wallSeconds(),
      userAgent: this.#deps.userAgent,
    });
  }

  #body({ event, endpoint, hasOwnData }: SendOrder): FormattedBody {
    if (hasOwnData === true) return formatBody(event, endpoint.format);
    return this.#events.body(event, endpoint.format);
  }

  #start(attempt: HttpAttempt): void {
    const { way } = attempt.target;
    if (way.is === 'forbidden') {
      this.#refuse(attempt, way.rule);
      return;
    }
    const connection = this.#pool.take(way.origin.text);
    if (connection === null) this.#dial(attempt);
    else attempt.goOver(connection);
  }

  #dial(attempt: HttpAttempt): void {
    const { way } = attempt.target;
    if (way.is !== 'ok') return;
    const signal = attempt.beginDial();
    const under = { origin: way.origin, phases: attempt.dialPhases, signal };
    dial(this.#dialDeps, under).then(
      (answer) => this.#takeUp(attempt, way.origin, answer),
      () => attempt.end({ kind: 'unanswered', error: 'protocol_error' }),
    );
  }

  #takeUp(attempt: HttpAttempt, origin: Origin, answer: Awaited<ReturnType<typeof dial>>): void {
    if (answer.is === 'failed') attempt.end({ kind: 'unanswered', error: answer.error });
    else if (answer.is === 'forbidden') this.#refuse(attempt, answer.rule);
    else if (attempt.isOver) answer.value.destroy();
    else {
      const openedAtMs = this.#deps.clock.monotonicMs();
      const onOver = (connection: Connection): void => this.#pool.drop(connection);
      attempt.goOver(new Connection(answer.value, { origin, openedAtMs, onOver }));
    }
  }

  #refuse(attempt: HttpAttempt, rule: AddressRule): void {
    attempt.end({ kind: 'forbidden', rule });
  }

  #targetOf({ endpoint, isOneOff }: SendOrder): Target {
    if (isOneOff) return prepareTarget(endpoint, this.#deps.policy);
    const known = this.#targets.get(endpoint.id);
    if (known?.endpoint === endpoint) return known;
    const made = prepareTarget(endpoint, this.#deps.policy);
    this.#targets.delete(endpoint.id);
    this.#targets.set(endpoint.id, made);
    if (this.#targets.size > limits.preparedEndpoints) {
      for (const oldest of this.#targets.keys()) {
        this.#targets.delete(oldest);
        break;
      }
    }
    return made;
  }

  /** One timer for all deadlines: a look at what is in flight costs less than a timer for each. */
  #tickSoon(): { cancel(): void } {
    return this.#deps.timers.after(limits.deadlineTickMs, () => this.#tick());
  }

  #tick(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    for (const attempt of this.#inFlight.values()) {
      if (attempt.deadlineAtMs <= nowMs) attempt.expire();
    }
    this.#ticking = this.#inFlight.size === 0 ? null : this.#tickSoon();
  }
}
