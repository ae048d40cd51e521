import { writeDetail } from '../../core/attempt-detail.ts';
import type { Dispatcher } from 'undici';
import type { Outcome, Phases } from '../../core/attempt.ts';
import type { Clock } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';
import type { SendOrder, SendResult } from '../destination.ts';
import { shownHeaders } from './compose-request.ts';
import type { OutgoingRequest } from './compose-request.ts';
import { ConnectionOver } from './connection.ts';
import type { Connection, Exchange } from './connection.ts';
import type { DialPhases } from './dial.ts';
import { nameError } from './name-error.ts';
import { AnswerParts, headBytes, headerLines } from './received-answer.ts';
import { retryAfterMs } from './retry-after.ts';
import type { Target } from './target.ts';

/** What an attempt needs from its surroundings. */
export type AttemptSurroundings = {
  readonly clock: Clock;
  /** Called once, when the attempt has ended and its connection is free or closed. */
  ended(attempt: HttpAttempt): void;
  /** The exchange ended well and left the connection usable. */
  keep(connection: Connection): void;
  /** The kept connection was closed before the endpoint saw the request: dial a new one. */
  redial(attempt: HttpAttempt): void;
};

/** One attempt from its start to its only end, whichever of many causes that end has. */
export class HttpAttempt implements Exchange {
  readonly order: SendOrder;
  readonly target: Target;
  readonly request: OutgoingRequest;
  readonly deadlineAtMs: number;
  readonly dialPhases: DialPhases = { dnsMs: null, connectMs: null, tlsMs: null };
  readonly result: Promise<SendResult>;
  readonly #around: AttemptSurroundings;
  readonly #settle: (result: SendResult) => void;
  readonly #startedAtMs: number;
  #dialling: AbortController | null = null;
  #connection: Connection | null = null;
  #sentAtMs: number | null = null;
  #headAtMs: number | null = null;
  #answer: AnswerParts | null = null;
  #interimCount = 0;
  #hasStarted = false;
  #isOver = false;

  constructor(
    around: AttemptSurroundings,
    given: { order: SendOrder; target: Target; request: OutgoingRequest },
  ) {
    const { promise, resolve } = Promise.withResolvers<SendResult>();
    this.result = promise;
    this.#settle = resolve;
    this.#around = around;
    this.order = given.order;
    this.target = given.target;
    this.request = given.request;
    this.#startedAtMs = around.clock.monotonicMs();
    this.deadlineAtMs = this.#startedAtMs + given.order.endpoint.timeoutMs;
  }

  get hasHead(): boolean {
    return this.#answer !== null;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Begins to dial; the answer aborts when the attempt ends before the connection is there. */
  beginDial(): AbortSignal {
    this.#dialling = new AbortController();
    return this.#dialling.signal;
  }

  /** Sends the request over a connection. */
  goOver(connection: Connection): void {
    this.#dialling = null;
    this.#connection = connection;
    this.#sentAtMs = this.#around.clock.monotonicMs();
    connection.send(this.request, this);
  }

  /** The time is over: what the head decided stands, without a head it is a time-out. */
  expire(): void {
    if (this.#answer === null) this.end({ kind: 'unanswered', error: 'timeout' });
    else this.#endAnswered(this.#answer, false);
  }

  /** Ends the attempt with what was seen; the first end counts. */
  end(outcome: Outcome, isComplete = false): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const endedAtMs = this.#around.clock.monotonicMs();
    const connection = this.#connection;
    if (connection !== null) {
      if (isComplete && this.#mayKeep()) this.#around.keep(connection);
      else connection.close();
    }
    this.#dialling?.abort();
    this.#settle(this.#resultOf(outcome, endedAtMs, isComplete));
    this.#around.ended(this);
  }

  onRequestStart(): void {}

  onResponseStarted(): void {
    this.#hasStarted = true;
    this.#headAtMs ??= this.#around.clock.monotonicMs();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    reason = '',
  ): void {
    if (this.#isOver) return;
    const headers = headerLines(controller.rawHeaders);
    if (headBytes(headers, reason) > limits.answerHeadBytes) {
      this.onHeadTooLarge();
    } else if (status === 102 || status === 103) {
      this.#interimCount += 1;
      if (this.#interimCount > limits.interimAnswers) this.#fail('protocol_error');
    } else if (status < 102) {
      this.#fail('protocol_error');
    } else {
      this.#answer = new AnswerParts(status, headers);
      // No other interim status exists, so nothing may follow it.
      if (status < 200) this.#endAnswered(this.#answer, false);
    }
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    if (this.#isOver || this.#answer === null) return;
    if (!this.#answer.add(chunk)) this.#endAnswered(this.#answer, false);
  }

  onResponseEnd(): void {
    if (!this.#isOver && this.#answer !== null) this.#endAnswered(this.#answer, true);
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#isOver) return;
    if (this.#answer !== null) this.#endAnswered(this.#answer, false);
    else if (this.#isStale(error)) this.#startOver();
    else this.#fail(nameError(error instanceof ConnectionOver ? error.cause : error));
  }

  onHeadTooLarge(): void {
    this.#fail('head_too_large');
  }

  #mayKeep(): boolean {
    const asked = this.#answer?.header('connection') ?? '';
    return !asked.toLowerCase().includes('close');
  }

  #fail(error: ReturnType<typeof nameError>): void {
    this.end({ kind: 'unanswered', error });
  }

  #endAnswered(answer: AnswerParts, isComplete: boolean): void {
    const { status } = answer;
    const isSuccess = status >= 200 && status < 300;
    const asked = isSuccess ? null : answer.header('retry-after');
    const waitMs = asked === null ? null : retryAfterMs(asked, this.#around.clock.now());
    this.end({ kind: 'answered', status, retryAfterMs: waitMs }, isComplete);
  }

  /** An endpoint may close a kept connection at any time; that says nothing about this request. */
  #isStale(error: Error): boolean {
    if (this.#hasStarted || this.#connection?.isReused !== true) return false;
    if (error instanceof ConnectionOver) return true;
    return ['connection_closed', 'connection_reset'].includes(nameError(error));
  }

  #startOver(): void {
    this.#connection?.close();
    this.#connection = null;
    this.#around.redial(this);
  }

  #resultOf(outcome: Outcome, endedAtMs: number, isComplete: boolean): SendResult {
    const answer = this.#answer?.received(isComplete) ?? null;
    const { shownUrl: url } = this.target;
    const request = { url, headers: shownHeaders(this.request, this.target) };
    const detail = writeDetail({ phases: this.#phases(endedAtMs), request, answer });
    const latencyMs = Math.round(endedAtMs - this.#startedAtMs);
    return { outcome, latencyMs, detail, answerBody: answer?.body ?? null };
  }

  #phases(endedAtMs: number): Phases {
    const { dnsMs, connectMs, tlsMs } = this.dialPhases;
    return {
      queueMs: Math.max(0, Math.round(this.order.startedAt - this.order.dueAt)),
      dnsMs: rounded(dnsMs),
      connectMs: rounded(connectMs),
      tlsMs: rounded(tlsMs),
      firstByteMs: rounded(difference(this.#sentAtMs, this.#headAtMs)),
      bodyMs: this.#answer === null ? null : rounded(difference(this.#headAtMs, endedAtMs)),
    };
  }
}

function difference(fromMs: number | null, toMs: number | null): number | null {
  return fromMs === null || toMs === null ? null : toMs - fromMs;
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
