import { createHash } from 'node:crypto';
import { idPrefixes } from './ids.ts';
import type { IdKind, IdOf } from './ids.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const idChars = 26;

/**
 * The id of what `named` names: always the same one, so that two nodes that make it at once, or one
 * node twice, mean the same. A UUIDv8, since no clock takes part.
 */
export function namedId<Kind extends IdKind>(
  kind: Kind,
  named: readonly (string | number)[],
): IdOf[Kind] {
  const bytes = createHash('sha256').update(JSON.stringify(named)).digest().subarray(0, 16);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return `${idPrefixes[kind]}_${base32(BigInt(`0x${bytes.toString('hex')}`))}` as IdOf[Kind];
}

function base32(value: bigint): string {
  let text = '';
  for (let rest = value; text.length < idChars; rest >>= 5n) {
    text = alphabet.charAt(Number(rest & 31n)) + text;
  }
  return text;
}
