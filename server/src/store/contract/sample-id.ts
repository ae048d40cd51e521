import { idPrefixes } from '../../core/ids.ts';
import type { IdKind, IdOf } from '../../core/ids.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** The time, version and variant of a UUIDv7 of June 2025; what is counted follows it. */
const begin = '01jxt21q00e0080';
const length = 26;
let madeCount = 0;

/** An id as Posthorn would make it, another one on each call; the same ones in each process. */
export function sampleId<Kind extends IdKind>(kind: Kind): IdOf[Kind] {
  madeCount += 1;
  const count = base32(madeCount).padStart(length - begin.length, '0');
  return `${idPrefixes[kind]}_${begin}${count}` as IdOf[Kind];
}

function base32(value: number): string {
  const rest = Math.floor(value / 32);
  return (rest === 0 ? '' : base32(rest)) + alphabet.charAt(value % 32);
}
