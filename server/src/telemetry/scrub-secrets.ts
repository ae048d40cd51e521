const mask = '[secret]';

/** What a secret looks like wherever it stands, with what may be left of it. */
const shapes: readonly (readonly [shape: RegExp, left: string])[] = [
  [/\b(whsec_|whsk_|whpk_|ph_)[A-Za-z0-9+/=_-]{8,}/g, `$1${mask}`],
  [/\b(bearer|basic)\s+[^\s"',\\]+/gi, `$1 ${mask}`],
  [/(:\/\/)[^\s/?#"'\\@]+@/g, `$1${mask}@`],
  [/([?&][\w.~%[\]-]+=)[^&\s"'<>\\#]+/g, `$1${mask}`],
];

/**
 * Masks secrets in a text that people read: signing secrets, access keys, `Authorization`, logins
 * in URLs and the values of their queries.
 */
export function scrubSecrets(text: string): string {
  return shapes.reduce((left, [shape, by]) => left.replaceAll(shape, by), text);
}
