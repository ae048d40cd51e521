import type { Chance } from '../core/clock.ts';
import type { Seal } from '../core/seal.ts';
import { Sealer } from '../store/sqlite/engine/sealer.ts';

/** Seals under the master key, of which it has 32 bytes. */
export function createSeal(masterKey: Uint8Array, chance: Pick<Chance, 'bytes'>): Seal {
  const sealer = new Sealer(masterKey, chance);
  const placeOf = (row: readonly string[]) => ({ table: 'guarded', column: 'value', row });
  return {
    seal: (place, plain) => {
      const sealed = sealer.seal(placeOf(place), Buffer.from(plain));
      return Buffer.from(sealed).toString('base64');
    },
    open: (place, sealed) => {
      const plain = sealer.open(placeOf(place), Buffer.from(sealed, 'base64'));
      return Buffer.from(plain).toString();
    },
  };
}
