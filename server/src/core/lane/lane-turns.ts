import type { Instant } from '../instant.ts';
import { FairRing } from './fair-ring.ts';
import type { Seat } from './fair-ring.ts';
import type { Lane } from './lane.ts';
import type { Slots, Standing } from './slots.ts';
import { sleeperOf, WakeHeap } from './wake-heap.ts';
import type { Sleeper } from './wake-heap.ts';

/** A lane's places among the others. */
type Places = {
  readonly send: Seat<Lane>;
  readonly load: Seat<Lane>;
  readonly wake: Sleeper<Lane>;
};

const standingCount = 3;

/** Whose turn it is: which lanes may send or need a load now, and which ones at a later time. */
export class LaneTurns {
  readonly #slots: Slots;
  readonly #places = new Map<Lane, Places>();
  readonly #sends = new FairRing<Lane>(standingCount);
  readonly #loads = new FairRing<Lane>(1);
  readonly #wakes = new WakeHeap<Lane>();

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  /** When a lane that waits for a time wants its turn; null when none does. */
  get wakeAt(): Instant | null {
    return this.#wakes.firstAt;
  }

  /** Puts a lane where it belongs after anything about it has changed. */
  place(lane: Lane, now: Instant): void {
    const places = this.#placesOf(lane);
    const sendAt = lane.sendAt(now);
    const loadAt = lane.loadAt(now);
    this.#sends.sit(places.send, isDue(sendAt, now) ? standingOf(lane, now) : null);
    this.#loads.sit(places.load, isDue(loadAt, now) ? 0 : null);
    this.#wakes.set(places.wake, earliestAfter(now, sendAt, loadAt));
  }

  /** Takes a lane out of everything. */
  leave(lane: Lane): void {
    const places = this.#placesOf(lane);
    this.#sends.giveUp(places.send);
    this.#loads.giveUp(places.load);
    this.#wakes.set(places.wake, null);
    this.#places.delete(lane);
  }

  /** Places every lane whose time has come. */
  wake(now: Instant): void {
    for (;;) {
      const lane = this.#wakes.wake(now);
      if (lane === null) return;
      this.place(lane, now);
    }
  }

  /** The lane that sends next, now behind the others; it must be placed again. */
  nextSender(now: Instant): Lane | null {
    for (;;) {
      const standing = this.#slots.freeFor;
      const lane = standing === null ? null : this.#sends.turn(standing);
      if (standing === null || lane === null) return null;
      this.#sends.hadTurn(this.#placesOf(lane).send);
      if (standingOf(lane, now) <= standing) return lane;
      // Its last success has grown old while it waited.
      this.place(lane, now);
    }
  }

  /** The lane that loads next; it must be placed again. */
  nextLoader(): Lane | null {
    return this.#loads.turn(0);
  }

  #placesOf(lane: Lane): Places {
    const known = this.#places.get(lane);
    if (known !== undefined) return known;
    const { tenantId } = lane.endpoint;
    const send = this.#sends.seat(lane, tenantId);
    const load = this.#loads.seat(lane, tenantId);
    const places = { send, load, wake: sleeperOf(lane) };
    this.#places.set(lane, places);
    return places;
  }
}

function standingOf(lane: Lane, now: Instant): Standing {
  if (lane.inFlight === 0) return 0;
  return lane.hasRecentSuccess(now) ? 1 : 2;
}

function isDue(at: Instant | null, now: Instant): boolean {
  return at !== null && at <= now;
}

function earliestAfter(now: Instant, one: Instant | null, other: Instant | null): Instant | null {
  const first = one !== null && one > now ? one : null;
  const second = other !== null && other > now ? other : null;
  if (first === null || second === null) return first ?? second;
  return first < second ? first : second;
}
