/** Text that is HTML already. */
export type Html = { readonly html: string };

type Part = Html | string | number | readonly Html[];

/** Writes HTML; everything put into it that is not {@link Html} itself is escaped. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const filled = texts.map((text, index) => text + written(parts[index]));
  return { html: filled.join('') };
}

function written(part: Part | undefined): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'html' in part ? part.html : part.map((each) => each.html).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Writes text whose words between backticks are code. */
export function withCode(text: string): Html {
  const pieces = text.split('`');
  const parts = pieces.map((piece, index) =>
    index % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`,
  );
  return html`${parts}`;
}
