const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Writes bytes as padded base64; not every runtime of the web has a call of its own for that. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += digit(bits >> 18) + digit(bits >> 12);
    text += (b === undefined ? '=' : digit(bits >> 6)) + (c === undefined ? '=' : digit(bits));
  }
  return text;
}

/** Reads standard base64, its padding left out or not; null for anything else. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const [, body = ''] = /^([A-Za-z0-9+/]+)={0,2}$/.exec(text) ?? [];
  // One digit alone holds no whole byte.
  if (body === '' || body.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  let [bits, held, at] = [0, 0, 0];
  for (const one of body) {
    bits = ((bits << 6) | digits.indexOf(one)) & 0xff_ff_ff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at] = (bits >> held) & 0xff;
    at += 1;
  }
  return bytes;
}

function digit(bits: number): string {
  return digits[bits & 63] ?? '';
}
