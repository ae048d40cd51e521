import type { ASTNode } from '@marcbachmann/cel-js';
import { limits } from './limits.ts';

const loops = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);
const plainFunctions = new Set(
  (
    'has size startsWith endsWith contains lowerAscii upperAscii trim ' +
    'int double string bool dyn type timestamp duration ' +
    'getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear ' +
    'getHours getMinutes getSeconds getMilliseconds'
  ).split(' '),
);

/** The names that mean something where a node stands: in a loop, only its variable is cheap. */
type Scope = { readonly loopVariable: string | null };

/**
 * Why an expression may cost more than its own length times the size of the event; null when it
 * cannot. The language has no endless loops, but a loop over a list for each item of a list, a
 * regular expression, or a value that doubles itself would still hold up everybody's events.
 */
export function costObjection(root: ASTNode): string | null {
  if (loopCount(root) > limits.filterLoops) {
    return `A filter has at most ${limits.filterLoops} loops.`;
  }
  return objectionTo(root, { loopVariable: null });
}

function loopCount(node: ASTNode): number {
  const own = node.op === 'rcall' && loops.has(node.args[0]) ? 1 : 0;
  return children(node).reduce((sum, child) => sum + loopCount(child), own);
}

function objectionTo(node: ASTNode, scope: Scope): string | null {
  if (node.op === 'call') return objectionToCall(node.args[0], node.args[1], node, scope);
  if (node.op === 'rcall') {
    const [name, receiver, args] = node.args;
    if (loops.has(name)) return objectionToLoop(name, [receiver, ...args], scope);
    return objectionToCall(name, [receiver, ...args], node, scope);
  }
  return objectionToOperator(node, scope) ?? firstObjection(children(node), scope);
}

function objectionToCall(
  name: string,
  args: readonly ASTNode[],
  node: ASTNode,
  scope: Scope,
): string | null {
  if (!plainFunctions.has(name)) return `${name}() is not available in filters.`;
  if (name === 'contains' && !isShortText(args[1])) {
    return `contains() takes a text of at most ${limits.filterNeedleChars} characters in quotes.`;
  }
  if (name === 'duration' && !isShortText(args[0])) return 'duration() takes a text in quotes.';
  // A time zone would be looked up anew at each call.
  if (name.startsWith('get') && args.length > 1) return `${name}() takes no time zone in filters.`;
  if (name !== 'has' && !isCheap(node, scope)) return outsideLoop(`${name}()`, scope);
  return firstObjection(args, scope);
}

function objectionToLoop(name: string, parts: readonly ASTNode[], scope: Scope): string | null {
  const [list, variable, ...bodies] = parts;
  if (list === undefined || !isPath(list)) {
    return 'A loop goes over a field of the event, such as data.items.';
  }
  if (!isCheap(list, scope)) return outsideLoop('A loop', scope);
  const inner = { loopVariable: variable?.op === 'id' ? variable.args : null };
  // What map() collects outlives the loop, and comparing it reads it all.
  const collected = name === 'map' ? bodies.at(-1) : undefined;
  if (collected !== undefined && !isCheap(collected, inner)) return outsideLoop('map()', inner);
  return firstObjection(bodies, inner);
}

function objectionToOperator(node: ASTNode, scope: Scope): string | null {
  if (comparisons.has(node.op)) {
    const isBounded = children(node).some((side) => isCheap(side, scope));
    return isBounded ? null : outsideLoop('A comparison', scope);
  }
  const isCostly = node.op === 'in' || node.op === '+' || node.op === 'list' || node.op === 'map';
  return isCostly && !isCheap(node, scope) ? outsideLoop(`"${node.op}"`, scope) : null;
}

function outsideLoop(what: string, scope: Scope): string {
  return `${what} inside a loop may only use the loop's variable ${scope.loopVariable ?? ''}.`;
}

function firstObjection(nodes: readonly ASTNode[], scope: Scope): string | null {
  for (const node of nodes) {
    const objection = objectionTo(node, scope);
    if (objection !== null) return objection;
  }
  return null;
}

/** Whether the size of what a node reads is bounded by the loop's present item. */
function isCheap(node: ASTNode, scope: Scope): boolean {
  if (scope.loopVariable === null) return true;
  if (node.op === 'id') return node.args === scope.loopVariable;
  return children(node).every((child) => isCheap(child, scope));
}

function isPath(node: ASTNode): boolean {
  if (node.op === 'id') return true;
  if (node.op === '.') return isPath(node.args[0]);
  return node.op === '[]' && isPath(node.args[0]) && node.args[1].op === 'value';
}

function isShortText(node: ASTNode | undefined): boolean {
  if (node?.op !== 'value' || typeof node.args !== 'string') return false;
  return node.args.length <= limits.filterNeedleChars;
}

/** The nodes directly below a node. */
export function children(node: ASTNode): ASTNode[] {
  const args: unknown = node.args;
  // A node's arguments are a node, a name or literal, or lists of these as its operator needs.
  return [args].flat(2).filter(isNode);
}

function isNode(part: unknown): part is ASTNode {
  return typeof part === 'object' && part !== null && 'op' in part;
}
