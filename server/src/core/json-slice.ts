import { Buffer, isUtf8 } from 'node:buffer';
import { JsonScanner } from './json-scanner.ts';
import type { Json } from './json.ts';
import { limits } from './limits.ts';

/** Where a value's bytes begin, and the first byte after them. */
export type ByteRange = { readonly start: number; readonly end: number };

/** Why a text could not be sliced. */
export type SliceProblem = {
  readonly is: 'invalid';
  readonly because:
    'not_utf8' | 'not_json' | 'not_object' | 'not_list' | 'too_deep' | 'too_many' | 'repeated_name';
  /** The byte at which it was noticed. */
  readonly at: number;
  /** The name that stands twice; null for other problems. */
  readonly name: string | null;
};

/** An object's own range, and those of the wanted members that it has. */
export type SlicedObject = {
  readonly is: 'ok';
  readonly range: ByteRange;
  readonly members: ReadonlyMap<string, ByteRange>;
};

/** An object with a list in it; the list's elements are judged one by one. */
export type SlicedList = SlicedObject & {
  /** Null when the object has no list of that name. */
  readonly elements: readonly (SlicedObject | SliceProblem)[] | null;
};

/** Takes the value that begins at the scanner; answers whether the grammar held. */
type TakeValue = (name: string) => boolean;

/**
 * Finds the bytes of wanted members of a JSON object, exactly as they were sent. All of the text is
 * checked: UTF-8, the grammar of JSON, at most `limits.nesting` levels in each member's value,
 * and that no two members of the object have one name, however the name is escaped.
 */
export function sliceMembers(
  bytes: Uint8Array,
  names: readonly string[],
): SlicedObject | SliceProblem {
  if (!isUtf8(bytes)) return problem('not_utf8', 0);
  const scanner = new JsonScanner(bytes);
  return whole(scanner, sliceObject(scanner, new Set(names)));
}

/**
 * The same for the batch form, an object with a list of objects under `listName`. What is wrong
 * with one element (no object, too deep, a repeated name) is told of that element, and levels are
 * counted in it. More than `limits.batchEvents` elements are `too_many` for the whole.
 */
export function sliceElements(
  bytes: Uint8Array,
  listName: string,
  names: readonly string[],
): SlicedList | SliceProblem {
  if (!isUtf8(bytes)) return problem('not_utf8', 0);
  const scanner = new JsonScanner(bytes);
  const wanted = new Set(names);
  let elements: (SlicedObject | SliceProblem)[] | null = null;
  const outer = sliceObject(scanner, new Set([listName]), (name) => {
    if (name !== listName || !scanner.isAtList()) return scanner.value();
    elements = [];
    return takeElements(scanner, wanted, elements);
  });
  const sliced = whole(scanner, outer);
  if (sliced.is === 'invalid') return sliced;
  const isTooMany = (elements ?? []).length > limits.batchEvents;
  return isTooMany ? problem('too_many', sliced.range.start) : { ...sliced, elements };
}

/** The same for a list of objects that is the whole text, as a batch of CloudEvents is. */
export function sliceList(
  bytes: Uint8Array,
  names: readonly string[],
): { is: 'ok'; elements: (SlicedObject | SliceProblem)[] } | SliceProblem {
  if (!isUtf8(bytes)) return problem('not_utf8', 0);
  const scanner = new JsonScanner(bytes);
  scanner.space();
  if (!scanner.isAtList()) {
    return scanner.value() ? problem('not_list', 0) : problem('not_json', scanner.at);
  }
  const elements: (SlicedObject | SliceProblem)[] = [];
  const isWhole = takeElements(scanner, new Set(names), elements);
  scanner.space();
  if (!isWhole || !scanner.isAtEnd()) return problem('not_json', scanner.at);
  return elements.length > limits.batchEvents ? problem('too_many', 0) : { is: 'ok', elements };
}

/** What keeps bytes from being one JSON value of any kind, at most `limits.nesting` deep. */
export function jsonProblem(bytes: Uint8Array): SliceProblem | null {
  if (!isUtf8(bytes)) return problem('not_utf8', 0);
  const scanner = new JsonScanner(bytes);
  scanner.space();
  if (!scanner.value()) return problem('not_json', scanner.at);
  scanner.space();
  if (!scanner.isAtEnd()) return problem('not_json', scanner.at);
  return scanner.depth > limits.nesting ? problem('too_deep', 0) : null;
}

/**
 * Parses a sliced object with `null` in the place of the members cut out, so that what is large or
 * must keep its exact bytes is never made into values.
 */
export function parseAround(bytes: Uint8Array, object: SlicedObject): Json {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let around = '';
  let from = object.range.start;
  for (const { start, end } of object.members.values()) {
    around += `${text.toString('utf8', from, start)}null`;
    from = end;
  }
  return JSON.parse(around + text.toString('utf8', from, object.range.end)) as Json;
}

function sliceObject(
  scanner: JsonScanner,
  wanted: ReadonlySet<string>,
  takeValue: TakeValue = () => scanner.value(),
): SlicedObject | SliceProblem {
  scanner.space();
  const start = scanner.at;
  if (!scanner.isAtObject()) {
    return scanner.value() ? problem('not_object', start) : problem('not_json', scanner.at);
  }
  const members = new Map<string, ByteRange>();
  const seen = new Set<string>();
  let found: SliceProblem | null = null;
  const isWhole = scanner.members((name, nameAt) => {
    if (seen.has(name)) found ??= problem('repeated_name', nameAt, name);
    seen.add(name);
    const from = scanner.at;
    if (!takeValue(name)) return false;
    if (scanner.depth > limits.nesting) found ??= problem('too_deep', from);
    if (wanted.has(name)) members.set(name, { start: from, end: scanner.at });
    return true;
  });
  if (!isWhole) return problem('not_json', scanner.at);
  return found ?? { is: 'ok', range: { start, end: scanner.at }, members };
}

function takeElements(
  scanner: JsonScanner,
  wanted: ReadonlySet<string>,
  elements: (SlicedObject | SliceProblem)[],
): boolean {
  const isWhole = scanner.elements(() => {
    if (elements.length > limits.batchEvents) return scanner.value();
    const element = sliceObject(scanner, wanted);
    elements.push(element);
    return element.is === 'ok' || element.because !== 'not_json';
  });
  // Each element has counted its own levels, so that none counts against the object around them.
  scanner.depth = 0;
  return isWhole;
}

/** The same answer, unless the text goes on after its end. */
function whole(
  scanner: JsonScanner,
  sliced: SlicedObject | SliceProblem,
): SlicedObject | SliceProblem {
  if (sliced.is === 'invalid' && sliced.because === 'not_json') return sliced;
  scanner.space();
  return scanner.isAtEnd() ? sliced : problem('not_json', scanner.at);
}

function problem(
  because: SliceProblem['because'],
  at: number,
  name: string | null = null,
): SliceProblem {
  return { is: 'invalid', because, at, name };
}
