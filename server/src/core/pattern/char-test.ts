const asciiCount = 128;
const unknown = 0;
const fitting = 1;
const other = 2;

/** Makes a test for one character from the piece of a regular expression that stands for one. */
export function charTest(source: string): (char: string) => boolean {
  if (/^[^\\.[]/u.test(source)) return (char) => char === source;
  const single = new RegExp(`^${source}$`, 'u');
  const known = new Uint8Array(asciiCount);
  return (char) => {
    const code = char.charCodeAt(0);
    if (code >= asciiCount) return single.test(char);
    if (known[code] === unknown) known[code] = single.test(char) ? fitting : other;
    return known[code] === fitting;
  };
}
