/**
 * Makes any text safe as a header value: visible ASCII stays, everything else and `%` itself is
 * percent-encoded as UTF-8, so that `decodeURIComponent` gives the text back. A lone surrogate
 * becomes U+FFFD.
 */
export function headerText(text: string): string {
  if (/^[\x21-\x24\x26-\x7e]*$/.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/[^\x21-\x24\x26-\x7e]/gu, (char) => encodedBytes(Buffer.from(char, 'utf8')));
}

function encodedBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
