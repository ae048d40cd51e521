import { idPrefixes } from '../../core/ids.ts';
import type { IdKind, IdOf } from '../../core/ids.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const madeAtMs = 1_750_000_000_000n;
let madeCount = 0n;

/** An id as Posthorn would make it, another one on each call; the same ones in each process. */
export function sampleId<Kind extends IdKind>(kind: Kind): IdOf[Kind] {
  madeCount += 1n;
  const uuidV7 = (madeAtMs << 80n) | (7n << 76n) | (2n << 62n) | madeCount;
  return `${idPrefixes[kind]}_${base32(uuidV7)}` as IdOf[Kind];
}

function base32(value: bigint): string {
  const digits = Array.from({ length: 26 }, (_, at) => Number((value >> BigInt(5 * at)) & 31n));
  return digits
    .toReversed()
    .map((digit) => alphabet[digit])
    .join('');
}
