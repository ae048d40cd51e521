import { limits } from '../limits.ts';
import { parsePattern } from './parse-pattern.ts';
import { sizeOf } from './pattern-node.ts';
import type { EdgeTest, PatternNode } from './pattern-node.ts';

/** Whether a text has a part that the pattern describes. */
export type PatternTest = (text: string) => boolean;

export type LinearPattern =
  | { readonly is: 'ok'; readonly test: PatternTest }
  | { readonly is: 'refused'; readonly because: string };

/**
 * Compiles a regular expression (of flag `u`) to a test whose time grows with the length of the
 * text alone, whatever the pattern: all ways through it are followed at once and none is taken
 * back. What cannot be matched so (references back, looking around) is refused; a text that takes
 * over `limits.patternWork` steps fits no pattern.
 *
 * @see docs/decisions/0010-schemas-that-end.md
 */
export function linearPattern(source: string): LinearPattern {
  if (source.length > limits.patternChars) {
    return { is: 'refused', because: `has over ${limits.patternChars} characters` };
  }
  if (!isValid(source)) return { is: 'refused', because: 'is not a regular expression' };
  const parsed = parsePattern(source);
  if (parsed.is === 'refused') return parsed;
  if (sizeOf(parsed.node) > limits.patternSteps) {
    return { is: 'refused', because: `repeats to over ${limits.patternSteps} steps` };
  }
  const steps: Step[] = [{ do: 'end' }];
  const start = compile(steps, parsed.node, 0);
  return { is: 'ok', test: (text) => hasMatch(steps, start, text) };
}

function isValid(source: string): boolean {
  try {
    return new RegExp(source, 'u').unicode;
  } catch {
    return false;
  }
}

type Step =
  | { readonly do: 'end' }
  | { readonly do: 'char'; readonly fits: (char: string) => boolean; readonly next: number }
  | { readonly do: 'edge'; readonly holds: EdgeTest; readonly next: number }
  | { readonly do: 'fork'; readonly ways: readonly number[] };

/** Adds the steps of a tree that goes on at `next`; answers the first of them. */
function compile(steps: Step[], node: PatternNode, next: number): number {
  switch (node.is) {
    case 'char':
      return steps.push({ do: 'char', fits: node.fits, next }) - 1;
    case 'edge':
      return steps.push({ do: 'edge', holds: node.holds, next }) - 1;
    case 'sequence':
      return node.parts.reduceRight((after, part) => compile(steps, part, after), next);
    case 'choice': {
      const ways = node.branches.map((branch) => compile(steps, branch, next));
      return steps.push({ do: 'fork', ways }) - 1;
    }
    case 'repeat':
      return compileRepeat(steps, node, next);
    default:
      return node satisfies never;
  }
}

function compileRepeat(
  steps: Step[],
  { of, least, most }: PatternNode & { is: 'repeat' },
  next: number,
): number {
  let start = most === null ? compileLoop(steps, of, next) : next;
  for (let count = least; count < (most ?? 0); count += 1) {
    start = steps.push({ do: 'fork', ways: [compile(steps, of, start), next] }) - 1;
  }
  for (let count = 0; count < least; count += 1) start = compile(steps, of, start);
  return start;
}

function compileLoop(steps: Step[], of: PatternNode, next: number): number {
  const loop = steps.push({ do: 'end' }) - 1;
  steps[loop] = { do: 'fork', ways: [compile(steps, of, loop), next] };
  return loop;
}

function hasMatch(steps: readonly Step[], start: number, text: string): boolean {
  const seenAt = new Int32Array(steps.length);
  let place = 0;
  let work = 0;
  let before: string | null = null;
  let alive: number[] = [];
  for (const after of charsOf(text)) {
    place += 1;
    alive.push(start);
    const waiting = follow(steps, alive, { seenAt, place, before, after });
    if (waiting === null) return true;
    work += waiting.length;
    if (after === null || work > limits.patternWork) return false;
    alive = waiting.flatMap((step) => (step.fits(after) ? [step.next] : []));
    before = after;
  }
  return false;
}

function* charsOf(text: string): Generator<string | null> {
  yield* text;
  yield null;
}

type Place = {
  readonly seenAt: Int32Array;
  readonly place: number;
  readonly before: string | null;
  readonly after: string | null;
};
type CharStep = Step & { do: 'char' };

/** Every character step that can be reached without taking one; null when the end can be. */
function follow(steps: readonly Step[], from: number[], at: Place): CharStep[] | null {
  const { seenAt, place, before, after } = at;
  const waiting: CharStep[] = [];
  const open = from;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const step = steps[index];
    if (step === undefined || seenAt[index] === place) continue;
    seenAt[index] = place;
    if (step.do === 'end') return null;
    if (step.do === 'char') waiting.push(step);
    else if (step.do === 'fork') open.push(...step.ways);
    else if (step.holds(before, after)) open.push(step.next);
  }
  return waiting;
}
