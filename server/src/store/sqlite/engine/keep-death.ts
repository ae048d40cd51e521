import type { DeadReason } from '../../../core/delivery.ts';
import type { Instant } from '../../../core/instant.ts';
import type { WriteContext } from './context.ts';
import { nextPosition } from './context.ts';

/** Notes, at a position of its own, that the delivery at `delivery` became a dead letter. */
export function keepDeath(
  context: WriteContext,
  { delivery, reason, at }: { delivery: number; reason: DeadReason; at: Instant },
): void {
  const position = nextPosition(context);
  context.db.run('INSERT INTO deaths VALUES (?, ?, ?, ?)', position, delivery, reason, at);
}
