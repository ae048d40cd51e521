import type { Chance, Clock } from './clock.ts';
import { idPrefixes } from './ids.ts';
import type { IdKind, IdOf } from './ids.ts';
import { limits } from './limits.ts';

/** Makes ids; as text, each is greater than those of its kind that the same maker made before. */
export type IdMaker = { make<Kind extends IdKind>(kind: Kind): IdOf[Kind] };

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** Two characters for each value of ten bits. */
const pairs = Array.from(
  { length: 1_024 },
  (_, bits) => alphabet.charAt(bits >> 5) + alphabet.charAt(bits & 31),
);
const countersPerMs = 4_096;
const bytesPerId = 8;
const callersIdPattern = new RegExp(`^[A-Za-z0-9_-]{1,${limits.idChars}}$`);
const madePattern = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/**
 * Makes a maker of UUIDv7 written as 26 characters of lower-case Crockford base32. Within one
 * millisecond a 12-bit counter rises; when it is used up, or the clock stands behind, the maker
 * takes the next millisecond early.
 */
export function createIdMaker(deps: { clock: Clock; chance: Chance }): IdMaker {
  const { clock, chance } = deps;
  let ms = -1;
  let msText = '';
  let counter = 0;
  let pool = new DataView(new ArrayBuffer(0));
  let poolAt = 0;
  return {
    make<Kind extends IdKind>(kind: Kind) {
      const nowMs = clock.now();
      counter += 1;
      if (nowMs > ms || counter === countersPerMs) {
        ms = Math.max(nowMs, ms + 1);
        msText = timeText(ms);
        counter = 0;
      }
      if (poolAt === pool.byteLength) {
        pool = viewOf(chance.bytes(limits.idPoolBytes));
        poolAt = 0;
      }
      const high = pool.getUint32(poolAt);
      const low = pool.getUint32(poolAt + 4);
      poolAt += bytesPerId;
      return (idPrefixes[kind] + '_' + msText + tailText(counter, high, low)) as IdOf[Kind];
    },
  };
}

/** Whether a caller may use `text` as an id of their own. */
export function isCallersId(text: string): boolean {
  return callersIdPattern.test(text);
}

/** Whether `text` has the form of an id that Posthorn makes for this kind. */
export function isId<Kind extends IdKind>(kind: Kind, text: string): text is IdOf[Kind] & string {
  const prefix = idPrefixes[kind];
  const isOfKind = text.startsWith(prefix) && text[prefix.length] === '_';
  return isOfKind && madePattern.test(text.slice(prefix.length + 1));
}

/** The first 50 of 130 bits: two zeros and 48 bits of Unix milliseconds. */
function timeText(ms: number): string {
  let text = '';
  let rest = ms;
  for (let i = 0; i < 5; i += 1) {
    text = pair(rest % 1_024) + text;
    rest = Math.floor(rest / 1_024);
  }
  return text;
}

/** The last 80 bits: version 7, the counter, variant 2, and 62 random bits. */
function tailText(counter: number, high: number, low: number): string {
  const first = (0x7 << 16) | (counter << 4) | (0b10 << 2) | (high >>> 30);
  const tail = pair(first >> 10) + pair(first & 1_023);
  return tail + thirtyBits(high) + thirtyBits(low);
}

function thirtyBits(bits: number): string {
  return pair((bits >>> 20) & 1_023) + pair((bits >>> 10) & 1_023) + pair(bits & 1_023);
}

function pair(bits: number): string {
  return pairs[bits] ?? '';
}

function viewOf(bytes: Uint8Array): DataView<ArrayBuffer> {
  const copy = bytes.slice();
  return new DataView(copy.buffer, 0, copy.byteLength - (copy.byteLength % bytesPerId));
}
