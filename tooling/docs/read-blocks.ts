/** A fenced block of a Markdown file. */
export type Block = {
  /** The line of its first fence, from 1. */
  readonly line: number;
  /** `sh`, `js`, `json`, …; empty when none is named. */
  readonly language: string;
  /** The words after the language; `name=value` has a value, a bare word is empty. */
  readonly marks: ReadonlyMap<string, string>;
  readonly text: string;
};

const fence = /^(\s*)(```+|~~~+)\s*(.*)$/;

/** The fenced blocks of a Markdown text, in order; throws when one is not closed. */
export function readBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; indent: number; fence: string; head: string; lines: string[] } | null =
    null;
  for (const [index, text] of markdown.split('\n').entries()) {
    const [, indent = '', marks = '', head = ''] = fence.exec(text) ?? [];
    if (open === null) {
      if (marks === '') continue;
      open = { line: index + 1, indent: indent.length, fence: marks, head, lines: [] };
    } else if (marks.startsWith(open.fence) && head === '') {
      blocks.push(blockOf(open.line, open.head, open.lines));
      open = null;
    } else open.lines.push(text.slice(open.indent));
  }
  if (open !== null) throw new Error(`the block of line ${open.line} is not closed`);
  return blocks;
}

function blockOf(line: number, head: string, lines: readonly string[]): Block {
  const [language = '', ...words] = head.trim().split(/\s+/);
  const marks = words.map((word) => {
    const at = word.indexOf('=');
    return at === -1 ? ([word, ''] as const) : ([word.slice(0, at), word.slice(at + 1)] as const);
  });
  return { line, language, marks: new Map(marks), text: `${lines.join('\n')}\n` };
}
