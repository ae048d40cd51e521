import type { CallbackTarget } from '../../server/src/core/callback.ts';
import type { Delivery, PendingDelivery } from '../../server/src/core/delivery.ts';
import type { DeliveryId } from '../../server/src/core/ids.ts';
import type { Instant } from '../../server/src/core/instant.ts';

/**
 * Where a delivery stands in the order of its key. The head may go (or is a dead letter that holds
 * the key), followers wait behind it, and what is free takes no part.
 */
export type Place = 'free' | 'head' | 'follower';

/** How a delivery stands for others of its group. */
export type Standing = {
  readonly group: string;
  /** Null for a window. */
  readonly part: string | null;
  /** Whether a later one may come to stand for it, as long as it is pending. */
  readonly isOpen: boolean;
  readonly windowEnd: Instant | null;
};

/** What a row says at one time. */
export type RowState = {
  readonly delivery: Delivery;
  readonly place: Place;
  /** Whom it let go when it left its key; so that a repeated record is answered the same. */
  readonly promotedId: DeliveryId | null;
  /** What a callback's delivery brings itself; the delivery names its URL alone. */
  readonly callback: CallbackTarget | null;
  /** Null when it takes no part in coalescing. */
  readonly standing: Standing | null;
};

/** A stored delivery; the row stays the same object while what it says changes. */
export type DeliveryRow = { now: RowState };

/** A delivery as a lane holds it; null unless it is pending. */
export function asPending({ delivery, callback }: RowState): PendingDelivery | null {
  const { state, callbackUrl: _url, replayId: _replay, ...rest } = delivery;
  if (state.is !== 'pending') return null;
  const pending = { ...rest, dueAt: state.dueAt };
  return callback === null ? pending : { ...pending, callback };
}

/** Whether a load may answer it. */
export function isLoadable({ delivery, place }: RowState): boolean {
  return delivery.state.is === 'pending' && place !== 'follower';
}
