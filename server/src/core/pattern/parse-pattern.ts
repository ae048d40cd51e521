import { charTest } from './char-test.ts';
import type { EdgeTest, PatternNode } from './pattern-node.ts';

/** A pattern's tree, or what it uses that cannot be matched in linear time. */
export type ParsedPattern =
  | { readonly is: 'ok'; readonly node: PatternNode }
  | { readonly is: 'refused'; readonly because: string };

/** Parses a regular expression that is known to be valid with the flag `u`. */
export function parsePattern(source: string): ParsedPattern {
  const foreign = foreignPart(source);
  if (foreign !== null) return { is: 'refused', because: foreign };
  return { is: 'ok', node: new Parser(source).choice() };
}

const token = /\\(?:p\{[^}]*\}|P\{[^}]*\}|.)|\[(?:\\.|[^\]\\])*\]|\(\?(?:<[=!]|[^<:])|./gsu;

function foreignPart(source: string): string | null {
  for (const [part] of source.matchAll(token)) {
    if (/^\(\?(?:<?[=!])$/.test(part)) return 'looks ahead or behind, which may take too long';
    if (part.startsWith('(?')) return 'changes flags within itself';
    if (/^\\[k1-9]$/.test(part)) return 'refers back to a group, which may take too long';
  }
  return null;
}

const atoms = [
  /\[(?:\\.|[^\]\\])*\]/,
  /\\[pP]\{[^}]*\}/,
  /\\u\{[^}]*\}/,
  /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}/,
  /\\u[\da-fA-F]{4}/,
  /\\x[\da-fA-F]{2}/,
  /\\c[A-Za-z]/,
  /\\./,
  /./,
];
const atom = new RegExp(atoms.map(({ source }) => source).join('|'), 'suy');
const quantifier = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/suy;
const opening = /\((?:\?:|\?<[^>]*>)?/suy;

const counts: Record<string, [least: number, most: number | null]> = {
  '*': [0, null],
  '+': [1, null],
  '?': [0, 1],
};

const isWord = (char: string | null): boolean => char !== null && /^\w$/.test(char);
const edges: Record<string, EdgeTest> = {
  '^': (before) => before === null,
  $: (_before, after) => after === null,
  '\\b': (before, after) => isWord(before) !== isWord(after),
  '\\B': (before, after) => isWord(before) === isWord(after),
};

class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  choice(): PatternNode {
    const branches = [this.#sequence()];
    while (this.#next === '|') {
      this.#at += 1;
      branches.push(this.#sequence());
    }
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { is: 'choice', branches };
  }

  get #next(): string | undefined {
    return this.#source[this.#at];
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#next !== undefined && this.#next !== '|' && this.#next !== ')') {
      parts.push(this.#repeated(this.#one()));
    }
    return { is: 'sequence', parts };
  }

  #one(): PatternNode {
    if (this.#next === '(') return this.#group();
    const text = this.#take(atom)?.[0] ?? '';
    const holds = edges[text];
    return holds === undefined ? { is: 'char', fits: charTest(text) } : { is: 'edge', holds };
  }

  #group(): PatternNode {
    this.#take(opening);
    const inside = this.choice();
    this.#at += 1;
    return inside;
  }

  #repeated(of: PatternNode): PatternNode {
    const [whole, sign = '', low, comma, high = ''] = this.#take(quantifier) ?? [];
    if (whole === undefined) return of;
    const least = low === undefined ? 0 : Number(low);
    const open = high === '' ? null : Number(high);
    const [from, to] = counts[sign] ?? [least, comma === undefined ? least : open];
    return { is: 'repeat', of, least: from, most: to };
  }

  #take(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#source);
    if (found !== null) this.#at = sticky.lastIndex;
    return found;
  }
}
