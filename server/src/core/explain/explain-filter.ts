import type { ASTNode } from '@marcbachmann/cel-js';
import { compileFilter, evaluatePart, filterTree } from '../filter.ts';
import { children } from '../filter-cost.ts';
import type { FilterInput } from '../filter-context.ts';
import { limits } from '../limits.ts';

/** Why a filter did not let an event through. */
export type FilterRefusal = {
  /** The smallest part of the filter that says no. */
  readonly part: string;
  /** What the event has there, as JSON cut to `limits.evidenceChars`; null when nothing is. */
  readonly value: string | null;
  /** Why it could not be evaluated, when that is the reason. */
  readonly error: string | null;
};

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);

/** Finds the part of a filter that says no, and the value it says no to; null when all pass. */
export function explainFilter(text: string, event: FilterInput): FilterRefusal | null {
  const filter = compileFilter(text);
  if (filter.is === 'invalid') return { part: text, value: null, error: filter.message };
  const { isMatched, error } = filter.evaluate(event);
  if (isMatched) return null;
  const refusing = refusingPart(filterTree(text), { text, event });
  const subject = subjectOf(refusing);
  const found = subject === null ? null : evaluatePart(textOf(subject, text), event);
  const value = found === null ? null : jsonText(found.value);
  return { part: textOf(refusing, text), value, error };
}

type Around = { readonly text: string; readonly event: FilterInput };

/** Of parts that must all hold, the first that does not. */
function refusingPart(node: ASTNode, around: Around): ASTNode {
  if (node.op !== '&&') return node;
  const [left, right] = node.args;
  return holds(left, around) ? refusingPart(right, around) : refusingPart(left, around);
}

function holds(node: ASTNode, { text, event }: Around): boolean {
  return evaluatePart(textOf(node, text), event)?.value === true;
}

/** What a part looks at: of a comparison the side that is no literal, of a call its object. */
function subjectOf(node: ASTNode): ASTNode | null {
  if (node.op === 'rcall') return node.args[1];
  if (node.op === '!_') return subjectOf(node.args) ?? node.args;
  if (node.op === 'call' || node.op === '||') return null;
  if (!comparisons.has(node.op)) return node;
  const [left, right] = children(node);
  return (left?.op === 'value' ? right : left) ?? null;
}

/** The text of a node; the language leaves out parentheses that stand around an operand. */
function textOf({ start, end }: ASTNode, text: string): string {
  const { unopened, unclosed } = looseParentheses(text.slice(start, end));
  let [from, to] = [start, end];
  for (let count = 0; count < unopened; count += 1) from = text.lastIndexOf('(', from - 1);
  for (let count = 0; count < unclosed; count += 1) to = text.indexOf(')', to) + 1;
  return text.slice(from, to);
}

function looseParentheses(part: string): { unopened: number; unclosed: number } {
  let open = 0;
  let unopened = 0;
  // What stands in quotes is no parenthesis.
  for (const [mark] of part.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()]/g)) {
    if (mark === '(') open += 1;
    else if (mark === ')' && open > 0) open -= 1;
    else if (mark === ')') unopened += 1;
  }
  return { unopened, unclosed: open };
}

function jsonText(value: unknown): string | null {
  // Whole numbers that no double holds exactly are read as such.
  if (typeof value === 'bigint') return value.toString();
  const text = JSON.stringify(value, (_name, each: unknown) =>
    typeof each === 'bigint' ? each.toString() : each,
  ) as string | undefined;
  if (text === undefined) return null;
  return text.length > limits.evidenceChars ? `${text.slice(0, limits.evidenceChars)}…` : text;
}
