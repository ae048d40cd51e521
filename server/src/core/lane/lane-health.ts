import { afterAttempt, closedBreaker, probeStarted, restoredBreaker } from '../breaker.ts';
import type { EndedVerdict } from '../breaker.ts';
import { BreakerWindow } from '../breaker-window.ts';
import type { BreakerState, EndpointHealth } from '../endpoint-health.ts';
import type { Instant } from '../instant.ts';
import { limits } from '../limits.ts';
import type { LaneEndpoint } from './lane-endpoint.ts';

/** How one endpoint does: its breaker, and the row that must survive a restart. */
export class LaneHealth {
  #breaker: BreakerState;
  #failingSince: Instant | null;
  #failedCount: number;
  #lastSuccessAt: Instant | null;
  #writtenSuccessAt: Instant | null;
  readonly #window = new BreakerWindow();

  constructor(row: EndpointHealth | null, now: Instant) {
    this.#breaker = row === null ? closedBreaker : restoredBreaker(row.breaker, now);
    this.#failingSince = row?.failingSince ?? null;
    this.#failedCount = row?.failedCount ?? 0;
    this.#lastSuccessAt = row?.lastSuccessAt ?? null;
    this.#writtenSuccessAt = this.#lastSuccessAt;
  }

  get breaker(): BreakerState {
    return this.#breaker;
  }

  probeStarted(now: Instant): void {
    this.#breaker = probeStarted(this.#breaker, now);
  }

  hasRecentSuccess(now: Instant): boolean {
    return this.#lastSuccessAt !== null && now - this.#lastSuccessAt <= limits.recentSuccessMs;
  }

  /** Takes in an ended attempt; answers whether the row must be written. */
  ended(
    endpoint: LaneEndpoint,
    attempt: { verdict: EndedVerdict; isProbe: boolean },
    now: Instant,
  ) {
    const before = this.#breaker;
    this.#breaker = this.#nextBreaker(endpoint, attempt, now);
    if (this.#breaker.is !== before.is) this.#window.clear();
    const isRowStale = this.#count(attempt.verdict, now);
    return isRowStale || this.#breaker !== before;
  }

  row({ tenantId, endpointId }: LaneEndpoint): EndpointHealth {
    return {
      tenantId,
      endpointId,
      breaker: this.#breaker,
      failingSince: this.#failingSince,
      failedCount: this.#failedCount,
      lastSuccessAt: this.#lastSuccessAt,
    };
  }

  #nextBreaker(
    endpoint: LaneEndpoint,
    { verdict, isProbe }: { verdict: EndedVerdict; isProbe: boolean },
    now: Instant,
  ): BreakerState {
    const counts = verdict === 'success' || verdict === 'failure';
    if (counts && this.#breaker.is === 'closed') this.#window.add(verdict === 'failure', now);
    const isShareBad = verdict === 'failure' && this.#window.isBad();
    return afterAttempt(this.#breaker, { verdict, isProbe, isShareBad, now }, endpoint.breaker);
  }

  /** Counts successes and failures for the row; a receiver that only ever answers 400 fails too. */
  #count(verdict: EndedVerdict, now: Instant): boolean {
    if (verdict === 'unspent') return false;
    if (verdict === 'success') return this.#countSuccess(now);
    this.#failingSince ??= now;
    this.#failedCount += 1;
    return true;
  }

  #countSuccess(now: Instant): boolean {
    const wasFailing = this.#failingSince !== null;
    const written = this.#writtenSuccessAt;
    this.#failingSince = null;
    this.#failedCount = 0;
    this.#lastSuccessAt = now;
    if (!wasFailing && written !== null && now - written < limits.successRowMs) return false;
    this.#writtenSuccessAt = now;
    return true;
  }
}
