import { styleText } from 'node:util';

import type { AttemptRow } from './watch.ts';

type Style = Parameters<typeof styleText>[0];

const nameChars = 11;
const typeChars = 17;

/** Writes the demo's lines; colour only where the terminal has it and `NO_COLOR` is not set. */
export class Printer {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  title(text: string): void {
    this.#line(`\n${this.#style('bold', text)}`);
  }

  text(text: string): void {
    this.#line(`  ${text}`);
  }

  attempt(name: string, row: AttemptRow, isVerified: boolean | null): void {
    const isGood = row.status === 'succeeded';
    const mark = isGood ? this.#style('green', '✓') : this.#style('red', '✗');
    const seen = row.statusCode === null ? row.error : String(row.statusCode);
    const tries =
      row.attemptNumber === 1 ? '' : this.#style('yellow', ` attempt ${row.attemptNumber}`);
    const verified = isVerified === true ? this.#style('cyan', ' signature verified') : '';
    const [event, to] = [row.event.padEnd(typeChars), name.padEnd(nameChars)];
    const tookMs = this.#style('dim', `${Math.round(row.latencyMs)} ms`);
    this.#line(`  ${mark} ${event} → ${to} ${seen} ${tookMs}${tries}${verified}`);
  }

  circuit(name: string, state: string): void {
    this.#line(`  ${this.#style('magenta', '◆')} circuit of ${name} is ${state}`);
  }

  promise(text: string, isKept: boolean, seen: string): void {
    const mark = isKept ? this.#style('green', 'kept  ') : this.#style('red', 'BROKEN');
    this.#line(`  ${mark} ${text} ${this.#style('dim', `(${seen})`)}`);
  }

  #line(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  #style(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#stream });
  }
}
