import type { CallbackTarget } from '../../../core/callback.ts';
import type { WriteContext } from './context.ts';
import type { SealedPlace, Sealer } from './sealer.ts';

/** Keeps a delivery's target, encrypted. */
export function keepCallback(
  { db, sealer }: WriteContext,
  delivery: number,
  target: CallbackTarget,
): void {
  const plain = Buffer.from(JSON.stringify(target));
  db.run('INSERT INTO callbacks VALUES (?, ?)', delivery, sealer.seal(placeOf(delivery), plain));
}

/** The target as it was given; throws when it was tampered with or is another delivery's. */
export function openCallback(sealer: Sealer, delivery: number, sealed: Uint8Array): CallbackTarget {
  const plain = Buffer.from(sealer.open(placeOf(delivery), sealed));
  return JSON.parse(plain.toString()) as CallbackTarget;
}

function placeOf(delivery: number): SealedPlace {
  return { table: 'callbacks', column: 'target', row: [`${delivery}`] };
}
