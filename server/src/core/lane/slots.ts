import type { LanesPolicy } from './lanes-policy.ts';

/** What a lane may count on when slots run short. */
export type LaneStanding = 'newcomer' | 'proven' | 'unproven';

/**
 * The attempts in flight in all lanes together. The last few slots go only to lanes that have none,
 * and above the busy share a lane that had no success of late gets no second one.
 */
export class Slots {
  #used = 0;
  readonly #below: Readonly<Record<LaneStanding, number>>;

  constructor({ inFlightMax, busyShare, newcomerShare }: LanesPolicy) {
    const proven = inFlightMax - Math.ceil(inFlightMax * newcomerShare);
    const unproven = Math.min(proven, Math.floor(inFlightMax * busyShare));
    this.#below = { newcomer: inFlightMax, proven, unproven };
  }

  get used(): number {
    return this.#used;
  }

  isFreeFor(standing: LaneStanding): boolean {
    return this.#used < this.#below[standing];
  }

  take(): void {
    this.#used += 1;
  }

  free(): void {
    this.#used -= 1;
  }
}
