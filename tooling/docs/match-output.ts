/**
 * The first expected line that the output does not have, in order; null when it has them all.
 * `…` stands for anything within a line; a line that is `…` alone, for any lines.
 */
export function missingLine(expected: string, output: string): string | null {
  const lines = output.split('\n').map((line) => line.trim());
  let from = 0;
  for (const wanted of expected.split('\n').map((line) => line.trim())) {
    if (wanted === '' || wanted === '…') continue;
    const pattern = patternOf(wanted);
    const at = lines.findIndex((line, index) => index >= from && pattern.test(line));
    if (at === -1) return wanted;
    from = at + 1;
  }
  return null;
}

function patternOf(line: string): RegExp {
  const pieces = line.split('…').map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`);
}
