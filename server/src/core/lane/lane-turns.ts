import type { Instant } from '../instant.ts';
import { FairRing, seatOf, sit } from './fair-ring.ts';
import type { Seat } from './fair-ring.ts';
import type { Lane } from './lane.ts';
import type { LaneStanding, Slots } from './slots.ts';
import { sleeperOf, WakeHeap } from './wake-heap.ts';
import type { Sleeper } from './wake-heap.ts';

/** A lane's places among the others. */
type Places = {
  readonly send: Seat<Lane>;
  readonly load: Seat<Lane>;
  readonly wake: Sleeper<Lane>;
};

const standings: readonly LaneStanding[] = ['newcomer', 'proven', 'unproven'];

/** Whose turn it is: which lanes may send or need a load now, and which ones at a later time. */
export class LaneTurns {
  readonly #slots: Slots;
  readonly #places = new Map<Lane, Places>();
  readonly #loads = new FairRing<Lane>();
  readonly #wakes = new WakeHeap<Lane>();
  readonly #sends: Readonly<Record<LaneStanding, FairRing<Lane>>> = {
    newcomer: new FairRing<Lane>(),
    proven: new FairRing<Lane>(),
    unproven: new FairRing<Lane>(),
  };

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  /** When a lane that waits for a time wants its turn; null when none does. */
  get wakeAt(): Instant | null {
    return this.#wakes.firstAt;
  }

  get needsLoad(): boolean {
    return !this.#loads.isEmpty;
  }

  /** Puts a lane where it belongs after anything about it has changed. */
  place(lane: Lane, now: Instant): void {
    const places = this.#placesOf(lane);
    const sendAt = lane.sendAt(now);
    const loadAt = lane.loadAt(now);
    sit(places.send, isDue(sendAt, now) ? this.#sends[standingOf(lane, now)] : null);
    sit(places.load, isDue(loadAt, now) ? this.#loads : null);
    this.#wakes.set(places.wake, earliestAfter(now, sendAt, loadAt));
  }

  /** Takes a lane out of everything. */
  leave(lane: Lane): void {
    const places = this.#placesOf(lane);
    sit(places.send, null);
    sit(places.load, null);
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

  /** The lane that may send next; it loses its seat until it is placed again. */
  nextSender(now: Instant): Lane | null {
    for (const standing of standings) {
      const lane = this.#slots.isFreeFor(standing) ? this.#turnIn(standing, now) : null;
      if (lane !== null) return lane;
    }
    return null;
  }

  /** The lane that loads next; it loses its seat until it is placed again. */
  nextLoader(): Lane | null {
    const lane = this.#loads.turn();
    if (lane !== null) sit(this.#placesOf(lane).load, null);
    return lane;
  }

  #turnIn(standing: LaneStanding, now: Instant): Lane | null {
    for (;;) {
      const lane = this.#sends[standing].turn();
      if (lane === null) return null;
      sit(this.#placesOf(lane).send, null);
      if (standingOf(lane, now) === standing) return lane;
      // Its last success has grown old while it sat here.
      this.place(lane, now);
    }
  }

  #placesOf(lane: Lane): Places {
    const known = this.#places.get(lane);
    if (known !== undefined) return known;
    const { tenantId } = lane.endpoint;
    const places = {
      send: seatOf(lane, tenantId),
      load: seatOf(lane, tenantId),
      wake: sleeperOf(lane),
    };
    this.#places.set(lane, places);
    return places;
  }
}

function standingOf(lane: Lane, now: Instant): LaneStanding {
  if (lane.inFlight === 0) return 'newcomer';
  return lane.hasRecentSuccess(now) ? 'proven' : 'unproven';
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
