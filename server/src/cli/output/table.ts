const gap = '  ';

/** Lines whose cells stand in columns; the last of a line is not filled up. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(index === row.length - 1 ? 0 : (widths[index] ?? 0)))
      .join(gap),
  );
}

/** A thing as lines of name and value; what is nested stands as JSON, what is null is left out. */
export function factLines(thing: object): string[] {
  const facts = Object.entries(thing).filter(([, value]) => value !== null && value !== undefined);
  return tableLines(facts.map(([name, value]) => [`${name}:`, factText(value)]));
}

function factText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
