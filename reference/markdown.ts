type Table = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** A table of Markdown. */
export function tableText({ columns, rows }: Table): string {
  const lines = [columns, columns.map(() => '---'), ...rows.map((cells) => cells.map(cellText))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Text as code; nothing for none. */
export function code(text: string | null): string {
  if (text === null || text === '') return '';
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** A page of its parts, leaving out those that are empty. */
export function pageText(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The same text, with a capital first. */
export function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function cellText(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
