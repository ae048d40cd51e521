import type { Shell } from '../shell.ts';
import { painter } from './paint.ts';
import { printable } from './printable.ts';

type Out = Pick<Shell, 'out'>;

/** Prints lines of text as data. */
export function printLines(shell: Shell, lines: readonly string[]): void {
  const paint = painter(shell);
  for (const line of lines) shell.out(`${paint(printable(line))}\n`);
}

/** Prints a JSON text as it stands, so that no digit of it is lost. */
export function printJsonText({ out }: Out, text: string): void {
  // An escape means the same inside a text, and outside of texts no such character stands.
  out(`${printable(text.trim())}\n`);
}

/** Prints a value as one line of JSON. */
export function printJson(shell: Out, value: unknown): void {
  printJsonText(shell, JSON.stringify(value));
}
