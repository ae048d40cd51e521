import type { FieldError } from './app-error.ts';
import type { Json, JsonObject } from './json.ts';
import { limits } from './limits.ts';
import { linearPattern } from './pattern/linear-pattern.ts';

/** The drafts of JSON Schema that event types may be written in, by their `$schema`. */
export const schemaDrafts: Readonly<Record<string, '2020-12' | '7'>> = {
  'https://json-schema.org/draft/2020-12/schema': '2020-12',
  'http://json-schema.org/draft-07/schema': '7',
  'http://json-schema.org/draft-07/schema#': '7',
};

type Holding = 'one' | 'listed' | 'named';

const one = [
  ...['items', 'additionalItems', 'unevaluatedItems', 'contains'],
  ...['additionalProperties', 'unevaluatedProperties', 'propertyNames'],
  ...['not', 'if', 'then', 'else', 'contentSchema'],
];
const listed = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const named = [
  ...['properties', 'patternProperties', 'dependentSchemas', 'dependencies'],
  ...['$defs', 'definitions'],
];

/** Where a schema holds other schemas: one, several in a list, or several by name. */
export const schemaHolders: ReadonlyMap<string, Holding> = new Map<string, Holding>([
  ...one.map((word) => [word, 'one'] as const),
  ...listed.map((word) => [word, 'listed'] as const),
  ...named.map((word) => [word, 'named'] as const),
]);

const refusedWords: Readonly<Record<string, string>> = {
  $async: 'is not taken',
  $anchor: 'is not taken; refer by a JSON pointer such as #/$defs/name',
  $dynamicRef: 'is not taken; use $ref',
  $dynamicAnchor: 'is not taken; use $ref',
  $recursiveRef: 'is not taken; use $ref',
  $recursiveAnchor: 'is not taken; use $ref',
};

type Place = { readonly pointer: string; readonly depth: number };

/**
 * What keeps a JSON Schema from being used: its size and depth, references that leave it, and
 * patterns that might take too long. Whether its keywords are well formed, the validator says.
 */
export function schemaProblems(schema: JsonObject): FieldError[] {
  if (Buffer.byteLength(JSON.stringify(schema)) > limits.schemaBytes) {
    return [{ pointer: '', message: `has over ${limits.schemaBytes} bytes` }];
  }
  const walk = new Walk();
  walk.visit(schema, { pointer: '', depth: 1 });
  return walk.finish();
}

class Walk {
  readonly #errors: FieldError[] = [];
  /** Pointers of every schema inside, which references may name. */
  readonly #places = new Set<string>();
  readonly #references: { at: string; to: string }[] = [];

  visit(schema: Json | undefined, at: Place): void {
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return;
    if (at.depth > limits.schemaDepth) return this.#refuse(at, '', tooDeep);
    if (this.#places.size === limits.schemaNodes) this.#refuse(at, '', tooMany);
    if (this.#places.size > limits.schemaNodes) return;
    this.#places.add(at.pointer);
    for (const [word, value] of Object.entries(schema)) this.#word(word, value, at);
  }

  finish(): FieldError[] {
    for (const { at, to } of this.#references) {
      if (!this.#places.has(to)) this.#errors.push({ pointer: at, message: badReference });
    }
    return this.#errors;
  }

  #word(word: string, value: Json, at: Place): void {
    const refused = Object.hasOwn(refusedWords, word) ? refusedWords[word] : undefined;
    if (refused !== undefined) this.#refuse(at, word, refused);
    if (word === '$schema') this.#draft(value, at);
    if (word === '$id' && at.pointer !== '') this.#refuse(at, word, 'is taken at the top alone');
    if (word === '$ref') this.#reference(value, at);
    if (word === 'pattern' && typeof value === 'string') this.#pattern(value, word, at);
    if (word === 'patternProperties' && isObject(value)) {
      for (const pattern of Object.keys(value))
        this.#pattern(pattern, `${word}/${escaped(pattern)}`, at);
    }
    if (schemaHolders.has(word)) this.#inside(word, value, at);
  }

  #inside(word: string, value: Json, { pointer, depth }: Place): void {
    const at = `${pointer}/${word}`;
    if (schemaHolders.get(word) === 'one' && !Array.isArray(value)) {
      this.visit(value, { pointer: at, depth: depth + 1 });
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [name, each] of Object.entries(value)) {
      this.visit(each, { pointer: `${at}/${escaped(name)}`, depth: depth + 1 });
    }
  }

  #draft(value: Json, at: Place): void {
    const isKnown = typeof value === 'string' && Object.hasOwn(schemaDrafts, value);
    if (at.pointer !== '') this.#refuse(at, '$schema', 'is taken at the top alone');
    else if (!isKnown) this.#refuse(at, '$schema', 'must name draft 2020-12 or draft-07');
  }

  #reference(value: Json, at: Place): void {
    const pointer = `${at.pointer}/$ref`;
    const to = typeof value === 'string' && value.startsWith('#') ? fragment(value) : null;
    if (to === null) this.#errors.push({ pointer, message: badReference });
    else this.#references.push({ at: pointer, to });
  }

  #pattern(pattern: string, word: string, at: Place): void {
    const compiled = linearPattern(pattern);
    if (compiled.is === 'refused') this.#refuse(at, word, compiled.because);
  }

  #refuse({ pointer }: Place, word: string, message: string): void {
    this.#errors.push({ pointer: word === '' ? pointer : `${pointer}/${word}`, message });
  }
}

const tooDeep = `is nested over ${limits.schemaDepth} schemas deep`;
const tooMany = `is one of over ${limits.schemaNodes} schemas`;
const badReference = 'must refer to a schema within this one, such as #/$defs/name';

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The pointer of a reference such as `#/$defs/a%20b`; null when it cannot be read. */
function fragment(reference: string): string | null {
  try {
    return decodeURIComponent(reference.slice(1));
  } catch {
    return null;
  }
}
