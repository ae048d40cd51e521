import { Buffer } from 'node:buffer';
import { JsonScanner } from '../json-scanner.ts';

/**
 * Whether two JSON texts have one value, however they are written: white space, escapes, the order
 * of members and the form of numbers do not count. Numbers are compared exactly, whatever their
 * size. Both must be valid and no deeper than `limits.nesting`.
 */
export function isSameJson(a: string, b: string): boolean {
  return a === b || canonical(a) === canonical(b);
}

function canonical(json: string): string {
  return canonicalAt(new JsonScanner(Buffer.from(json)));
}

/** Steps over the value that begins here; recursion is bounded by the nesting that is let in. */
function canonicalAt(scanner: JsonScanner): string {
  scanner.space();
  if (scanner.isAtObject()) return canonicalObject(scanner);
  if (scanner.isAtList()) return canonicalList(scanner);
  const from = scanner.at;
  scanner.value();
  const text = scanner.bytes.toString('utf8', from, scanner.at);
  if (text.startsWith('"')) return JSON.stringify(JSON.parse(text));
  return /^[-\d]/.test(text) ? canonicalNumber(text) : text;
}

function canonicalObject(scanner: JsonScanner): string {
  const members = new Map<string, string>();
  scanner.members((name) => {
    members.set(name, canonicalAt(scanner));
    return true;
  });
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

function canonicalList(scanner: JsonScanner): string {
  const elements: string[] = [];
  scanner.elements(() => {
    elements.push(canonicalAt(scanner));
    return true;
  });
  return `[${elements.join(',')}]`;
}

const numberParts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/;
const exponentDigits = 15;

/** All digits without zeros at either end, and the power of ten of the last one. */
function canonicalNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = numberParts.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = trimmedEnd(digits);
  if (significant === '') return '0';
  // What no machine can reckon with is the same only when it is written the same.
  if (exponent.length > exponentDigits) return text;
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}

/** By hand, since a pattern with an end takes time that grows with the square of the zeros. */
function trimmedEnd(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
