import { code } from './markdown.ts';

const units: readonly (readonly [name: string, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** A value in the unit that its name ends in, as people read it. */
export function readable(name: string, value: number): string {
  if (/Ms(Max)?$/.test(name)) return duration(value);
  if (name.endsWith('Bytes')) return bytes(value);
  if (/Share(OfFree)?$/.test(name)) return `${Number((value * 100).toFixed(2))} %`;
  const number = value.toLocaleString('en');
  return name.endsWith('Chars') ? `${number} characters` : number;
}

function duration(ms: number): string {
  const [unit, size] = units.find(([, each]) => ms >= each && ms % each === 0) ?? ['ms', 1];
  const count = (ms / size).toLocaleString('en');
  if (unit === 'ms') return `${count} ms`;
  return `${count} ${unit}${ms === size ? '' : 's'}`;
}

function bytes(count: number): string {
  if (count % 2 ** 20 === 0) return `${count / 2 ** 20} MiB`;
  return count % 2 ** 10 === 0 ? `${count / 2 ** 10} KiB` : `${count} bytes`;
}

/** Several words, each as code. */
export function codes(words: readonly string[]): string {
  return words.map(code).join(', ');
}
