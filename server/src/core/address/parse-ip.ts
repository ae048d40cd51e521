/** An address as integers: 2 words of 16 bits for IPv4, 8 for IPv6, the highest first. */
export type Ip = { readonly family: 4 | 6; readonly words: readonly number[] };

/**
 * Reads an address in its usual spelling: four decimal parts, or IPv6 with at most one `::` and
 * perhaps an IPv4 tail. Null for anything else: zones, octal, hexadecimal or short IPv4 forms.
 */
export function parseIp(text: string): Ip | null {
  const words = text.includes(':') ? wordsOfIpv6(text) : wordsOfIpv4(text);
  if (words === null) return null;
  return { family: words.length === 2 ? 4 : 6, words };
}

function wordsOfIpv4(text: string): number[] | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return null;
  const [a = 256, b = 256, c = 256, d = 256] = parts.map(Number);
  if (a > 255 || b > 255 || c > 255 || d > 255) return null;
  return [a * 256 + b, c * 256 + d];
}

function wordsOfIpv6(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head = '', tail] = halves;
  const before = wordsOfGroups(head, tail === undefined);
  const after = tail === undefined ? [] : wordsOfGroups(tail, true);
  if (before === null || after === null) return null;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

function wordsOfGroups(text: string, mayEndInIpv4: boolean): number[] | null {
  if (text === '') return [];
  const words: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (mayEndInIpv4 && index === groups.length - 1 && group.includes('.')) {
      const ipv4 = wordsOfIpv4(group);
      if (ipv4 === null) return null;
      words.push(...ipv4);
    } else if (/^[\da-f]{1,4}$/i.test(group)) words.push(Number.parseInt(group, 16));
    else return null;
  }
  return words;
}
