const colon = 0x3a;
const quote = 0x22;
const backslash = 0x5c;
const minus = 0x2d;
const plus = 0x2b;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const letterE = 0x65;
const letterU = 0x75;

/** 1 for bytes that end a run of plain characters in a string: quote, backslash and controls. */
const stringStops = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === quote || byte === backslash || byte < 0x20 ? 1 : 0,
);
const escapes = new Set(codes('"\\/bfnrt'));
const hexDigits = new Set(codes('0123456789abcdefABCDEF'));
const words = [codes('true'), codes('false'), codes('null')];

/** Where the white space that may begin at `at` ends. */
export function spaceEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  let byte = bytes[end] ?? 0xff;
  while (byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)) {
    end += 1;
    byte = bytes[end] ?? 0xff;
  }
  return end;
}

/**
 * The first byte after the string, number or literal that begins at `at`. A negative answer means
 * that none does; its complement (`~answer`) is the byte that broke it.
 */
export function tokenEnd(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first === quote) return stringEnd(bytes, at);
  return first === minus || isDigit(first) ? numberEnd(bytes, at) : wordEnd(bytes, at);
}

/** The first byte after the string that begins at `at`; broken strings as {@link tokenEnd}. */
export function stringEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== quote) return ~at;
  let end = at + 1;
  for (;;) {
    // Past the end there is no byte; 0 stands for it and stops, as a control character does.
    while (stringStops[bytes[end] ?? 0] === 0) end += 1;
    if (bytes[end] === quote) return end + 1;
    if (bytes[end] !== backslash) return ~end;
    end = escapeEnd(bytes, end + 1);
    if (end < 0) return end;
  }
}

/** Where the value of the member begins whose name begins at `at`; broken as {@link tokenEnd}. */
export function nameEnd(bytes: Uint8Array, at: number): number {
  const end = stringEnd(bytes, at);
  if (end < 0) return end;
  const colonAt = spaceEnd(bytes, end);
  return bytes[colonAt] === colon ? spaceEnd(bytes, colonAt + 1) : ~colonAt;
}

function escapeEnd(bytes: Uint8Array, at: number): number {
  const letter = bytes[at] ?? 0;
  if (escapes.has(letter)) return at + 1;
  if (letter !== letterU) return ~at;
  for (let i = 1; i <= 4; i += 1) {
    if (!hexDigits.has(bytes[at + i] ?? 0)) return ~(at + i);
  }
  return at + 5;
}

function numberEnd(bytes: Uint8Array, at: number): number {
  let end = bytes[at] === minus ? at + 1 : at;
  end = bytes[end] === zero ? end + 1 : digitsEnd(bytes, end);
  if (bytes[end] === dot) end = digitsEnd(bytes, end + 1);
  // Both cases of the letter differ in one bit only.
  if (((bytes[end] ?? 0) | 0x20) !== letterE) return end;
  const sign = bytes[end + 1];
  return digitsEnd(bytes, sign === plus || sign === minus ? end + 2 : end + 1);
}

/** Where one digit or more end; broken when there is none. */
function digitsEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (isDigit(bytes[end] ?? 0)) end += 1;
  return end > at ? end : ~at;
}

function wordEnd(bytes: Uint8Array, at: number): number {
  for (const word of words) {
    if (word.every((byte, i) => bytes[at + i] === byte)) return at + word.length;
  }
  return ~at;
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine;
}

function codes(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
