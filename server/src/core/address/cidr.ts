import { parseIp } from './parse-ip.ts';
import type { Ip } from './parse-ip.ts';

/** A range of addresses: all that share the first `bits` bits with `words`. */
export type Cidr = Ip & { readonly bits: number };

/**
 * Reads `address/bits`; a bare address means itself alone. Null when it is not an address, when
 * there are too many bits, or when bits beyond the prefix are set (`10.0.0.1/8`).
 */
export function parseCidr(text: string): Cidr | null {
  const [address = '', bitsText, ...rest] = text.split('/');
  const ip = parseIp(address);
  if (ip === null || rest.length > 0) return null;
  if (bitsText !== undefined && !/^(0|[1-9]\d{0,2})$/.test(bitsText)) return null;
  const width = ip.words.length * 16;
  const bits = bitsText === undefined ? width : Number(bitsText);
  if (bits > width || !isPrefix(ip, bits)) return null;
  return { ...ip, bits };
}

/** Whether the range holds the address; a range of one family holds none of the other. */
export function isWithin(ip: Ip, range: Cidr): boolean {
  if (ip.family !== range.family) return false;
  return ip.words.every((word, index) => {
    const mask = maskOf(range.bits - index * 16);
    return (word & mask) === ((range.words[index] ?? 0) & mask);
  });
}

function isPrefix(ip: Ip, bits: number): boolean {
  return ip.words.every((word, index) => (word & ~maskOf(bits - index * 16)) === 0);
}

/** The mask of one word of which `bits` leading bits count, cut to 0 to 16. */
function maskOf(bits: number): number {
  const kept = Math.max(0, Math.min(16, bits));
  return (0xffff << (16 - kept)) & 0xffff;
}
