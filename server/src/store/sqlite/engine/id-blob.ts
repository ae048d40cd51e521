import { idPrefixes } from '../../../core/ids.ts';
import type { IdKind } from '../../../core/ids.ts';

/** An id as a column holds it: 16 bytes when it is one of ours, else its text. */
export type StoredId = Uint8Array | string;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const digitCount = 26;
const byteCount = 16;
const valueOf = new Int8Array(128).fill(-1);
for (let value = 0; value < alphabet.length; value += 1) {
  valueOf[alphabet.charCodeAt(value)] = value;
}

/** Packs an id into 16 bytes if unpacking gives the same text again; else answers the text. */
export function packId(kind: IdKind, id: string): StoredId {
  const prefix = idPrefixes[kind];
  const start = prefix.length + 1;
  if (id.length !== start + digitCount || !id.startsWith(prefix) || id[prefix.length] !== '_') {
    return id;
  }
  return decode(id, start) ?? id;
}

/** The id that {@link packId} packed. */
export function unpackId(kind: IdKind, stored: StoredId): string {
  if (typeof stored === 'string') return stored;
  return `${idPrefixes[kind]}_${encode(stored)}`;
}

/** 26 digits of 5 bits are 130 bits: the first digit carries 3, so it is at most 7. */
function decode(text: string, start: number): Uint8Array | null {
  const first = digitAt(text, start);
  if (first < 0 || first > 7) return null;
  const bytes = new Uint8Array(byteCount);
  let held = first;
  let heldBits = 3;
  let at = 0;
  for (let index = start + 1; index < start + digitCount; index += 1) {
    const digit = digitAt(text, index);
    if (digit < 0) return null;
    held = ((held & 0xff) << 5) | digit;
    heldBits += 5;
    if (heldBits < 8) continue;
    heldBits -= 8;
    bytes[at] = (held >> heldBits) & 0xff;
    at += 1;
  }
  return bytes;
}

function digitAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (valueOf[code] ?? -1) : -1;
}

function encode(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  // Two leading zero bits make the 128 bits a whole number of digits.
  let heldBits = 2;
  for (const byte of bytes) {
    held = ((held & 0x1f) << 8) | byte;
    heldBits += 8;
    while (heldBits >= 5) {
      heldBits -= 5;
      text += alphabet[(held >> heldBits) & 0x1f] ?? '';
    }
  }
  return text;
}
