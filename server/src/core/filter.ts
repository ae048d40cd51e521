import { Environment, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';
import { children, costObjection } from './filter-cost.ts';
import { filterContext } from './filter-context.ts';
import type { FilterInput } from './filter-context.ts';
import { limits } from './limits.ts';

/** What a filter says of one event; an error never matches. */
export type FilterAnswer = { readonly isMatched: boolean; readonly error: string | null };

/** A parsed filter, or why there is none. */
export type CompiledFilter =
  | {
      readonly is: 'ok';
      /** Whether the event passes. */
      matches(event: FilterInput): boolean;
      /** The same with the reason when evaluation failed. */
      evaluate(event: FilterInput): FilterAnswer;
    }
  | { readonly is: 'invalid'; readonly message: string };

type Evaluate = (context: ReturnType<typeof filterContext>) => unknown;

const language = new Environment({
  homogeneousAggregateLiterals: false,
  limits: {
    maxAstNodes: limits.filterNodes,
    maxDepth: limits.filterDepth,
    maxListElements: limits.filterNodes,
    maxMapEntries: limits.filterNodes,
  },
})
  .registerVariable('event_type', 'dyn')
  .registerVariable('data', 'dyn')
  .registerVariable('metadata', 'dyn')
  .registerVariable('source', 'dyn')
  .registerVariable('entity', 'dyn');

/**
 * Parses a CEL expression over `{type, data, metadata, source, entity}`, once for many events. Its
 * cost is bounded by its own length times the size of the event; what could cost more is invalid.
 */
export function compileFilter(text: string): CompiledFilter {
  if (new TextEncoder().encode(text).byteLength > limits.filterBytes) {
    return invalid(`A filter has at most ${limits.filterBytes} bytes.`);
  }
  try {
    return compile(text);
  } catch (error) {
    if (error instanceof ParseError) return invalid(withPlace(error));
    throw error;
  }
}

function compile(text: string): CompiledFilter {
  const objection = costObjection(language.parse(text).ast);
  if (objection !== null) return invalid(objection);
  const program = language.parse(renameType(text));
  const check = program.check();
  if (!check.valid) return invalid(check.error?.summary ?? 'The filter is not valid.');
  if (check.type !== 'bool' && check.type !== 'dyn') {
    return invalid(`A filter answers true or false; this one answers ${check.type}.`);
  }
  return compiled(program as Evaluate);
}

function compiled(program: Evaluate): CompiledFilter {
  const evaluate = (event: FilterInput): FilterAnswer => {
    try {
      const value = program(filterContext(event));
      if (typeof value === 'boolean') return { isMatched: value, error: null };
      return { isMatched: false, error: 'The filter did not answer true or false.' };
    } catch (error) {
      return { isMatched: false, error: reasonOf(error) };
    }
  };
  return { is: 'ok', evaluate, matches: (event) => evaluate(event).isMatched };
}

/**
 * What a part of a valid filter comes to for an event, whatever its kind; null when it cannot be
 * evaluated by itself, as where it names the variable of a loop around it.
 */
export function evaluatePart(part: string, event: FilterInput): { readonly value: unknown } | null {
  try {
    const program = language.parse(renameType(part)) as Evaluate;
    return { value: program(filterContext(event)) };
  } catch {
    return null;
  }
}

/** The parts of a valid filter, as the language reads it. */
export function filterTree(text: string): ASTNode {
  return language.parse(text).ast;
}

/** Gives the variable `type` a name that the language has no other use for. */
function renameType(text: string): string {
  let renamed = text;
  for (const { start, end } of typeNodes(language.parse(text).ast).toReversed()) {
    renamed = `${renamed.slice(0, start)}event_type${renamed.slice(end)}`;
  }
  return renamed;
}

/** Where the variable `type` stands, in the order of the text. */
function typeNodes(root: ASTNode): ASTNode[] {
  const found: ASTNode[] = [];
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.op === 'id' && node.args === 'type') found.push(node);
    open.push(...children(node));
  }
  return found.sort((a, b) => a.start - b.start);
}

function reasonOf(error: unknown): string {
  if (error instanceof EvaluationError) return error.summary.replaceAll('event_type', 'type');
  return error instanceof Error ? error.message : 'The filter could not be evaluated.';
}

function withPlace(error: ParseError): string {
  const start = error.range?.start;
  return start === undefined ? error.summary : `${error.summary} at character ${start + 1}`;
}

function invalid(message: string): CompiledFilter {
  return { is: 'invalid', message };
}
