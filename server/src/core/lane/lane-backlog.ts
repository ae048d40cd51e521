import type { DeliveryId } from '../ids.ts';
import { instant, later } from '../instant.ts';
import type { Instant } from '../instant.ts';
import { limits } from '../limits.ts';

/** A load under way. */
export type LaneLoad = {
  readonly ticket: number;
  readonly dueBefore: Instant;
  readonly limit: number;
};

/**
 * What a lane knows of its deliveries in the store: level, when it holds all that fall due before
 * `levelUntil`, or behind, when only a load can tell. One load at a time.
 */
export class LaneBacklog {
  #isBehind = false;
  #hasDropped = false;
  #load: LaneLoad | null = null;
  #levelUntil = instant(0);
  #loadBeganAt = instant(0);
  #retryAt = instant(0);
  #settled: DeliveryId[] = [];
  readonly #withdrawn = new Set<DeliveryId>();

  get isBehind(): boolean {
    return this.#isBehind;
  }

  get isLoading(): boolean {
    return this.#load !== null;
  }

  /** The ticket of the load under way. */
  get ticket(): number | null {
    return this.#load?.ticket ?? null;
  }

  /** The load under way. */
  get load(): LaneLoad | null {
    return this.#load;
  }

  /** Ids whose record has committed and which the load under way may still answer. */
  get settledCount(): number {
    return this.#settled.length;
  }

  /** The earliest next load after a failed one. */
  get retryAt(): Instant {
    return this.#retryAt;
  }

  /** Whether all that falls due soon is held, so that what a due scan sees is no news. */
  isLevelAt(now: Instant): boolean {
    return !this.#isBehind && this.#levelUntil - now >= limits.laneLevelMs;
  }

  /** Something stands in the store that the lane does not hold. */
  dropped(): void {
    this.#isBehind = true;
    this.#hasDropped = true;
  }

  /** The next due scan that sees something must be believed. */
  doubt(): void {
    this.#levelUntil = instant(0);
  }

  /** Keeps an id that is not held, and must not be, from the load under way. */
  withdraw(deliveryId: DeliveryId): void {
    if (this.#load !== null) this.#withdrawn.add(deliveryId);
  }

  isWithdrawn(deliveryId: DeliveryId): boolean {
    return this.#withdrawn.has(deliveryId);
  }

  /** Whether a load that began at `since` or later may have found what was known then. */
  hasLoadedSince(since: Instant): boolean {
    return this.#loadBeganAt >= since;
  }

  begin(load: LaneLoad, now: Instant): void {
    this.#load = load;
    this.#loadBeganAt = now;
    this.#withdrawn.clear();
    this.#hasDropped = false;
  }

  /** Keeps an id from the load under way; false when there is none and it may be forgotten. */
  keepFromLoad(deliveryId: DeliveryId): boolean {
    if (this.#load === null) return false;
    this.#settled.push(deliveryId);
    return true;
  }

  /** Ends the load that answered `rowCount` rows, all of them offered to the lane by now. */
  loaded(rowCount: number): void {
    const load = this.#load;
    this.#load = null;
    if (load === null) return;
    this.#isBehind = this.#hasDropped || rowCount >= load.limit;
    if (!this.#isBehind) this.#levelUntil = load.dueBefore;
  }

  loadFailed(now: Instant): void {
    this.#load = null;
    this.#isBehind = true;
    this.#retryAt = later(now, limits.loadRetryMs);
  }

  /** Pays no heed to the load under way; what is known of the store is old from here on. */
  abandonLoad(): void {
    this.#load = null;
    this.doubt();
  }

  /** The ids that may be forgotten now that the load has ended. */
  takeSettled(): DeliveryId[] {
    return this.#settled.splice(0);
  }
}
