/** Cases of the corpora that wait for what they are about, by id, with the part that takes them. */
export const deferredCases: Readonly<Record<string, string>> = {
  ...range('j', 104, 119, 'transformations in JavaScript'),
  ...range('j', 120, 127, 'transformations in JSONata'),
  'h-088': 'pages: a session by cookie',
};

function range(prefix: string, from: number, to: number, part: string): Record<string, string> {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return Object.fromEntries(numbers.map((each) => [`${prefix}-${each}`, part]));
}
