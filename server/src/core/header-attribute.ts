/**
 * The text that a header of a CloudEvent in binary mode stands for: percent-encoded UTF-8, perhaps
 * in quotes, as old senders wrote it. Null when the encoding is broken or overlong, or when bytes
 * beyond ASCII stand there bare. Source: HTTP protocol binding 1.0.2, section 3.1.3.2.
 */
export function readHeaderAttribute(value: string): string | null {
  if (!/^[\t\x20-\x7e]*$/.test(value)) return null;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  const bare = quoted === undefined ? value : quoted.replaceAll(/\\(.)/g, '$1');
  try {
    return decodeURIComponent(bare);
  } catch {
    return null;
  }
}
