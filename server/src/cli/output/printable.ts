/**
 * Text that came from elsewhere, safe for a terminal: a receiver's answer may hold sequences that
 * move the cursor or change the title.
 */
export function printable(text: string): string {
  return text.replaceAll(/(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
