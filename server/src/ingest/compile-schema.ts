import { Ajv } from 'ajv';
import type { AnySchemaObject, ErrorObject, Options, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FieldError } from '../core/app-error.ts';
import { fieldErrors } from '../core/field-errors.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import { linearPattern } from '../core/pattern/linear-pattern.ts';
import { schemaDrafts, schemaHolders, schemaProblems } from '../core/schema-problems.ts';

/** Answers what is wrong with data, by pointers below `at`; null when it fits. */
export type DataCheck = (data: Json, at: string) => FieldError[] | null;

export type CompiledSchema =
  | { readonly is: 'ok'; readonly check: DataCheck }
  | { readonly is: 'refused'; readonly errors: readonly FieldError[] };

const stepWord = 'x-posthorn-step';

/** Judges a JSON Schema that somebody wrote and makes a check of it that ends soon on any data. */
export function compileSchema(schema: JsonObject): CompiledSchema {
  const errors = schemaProblems(schema);
  const wrong = errors.length > 0 ? errors : malformed(schema);
  if (wrong.length > 0) return { is: 'refused', errors: wrong };
  try {
    return { is: 'ok', check: checkOf(schema) };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { is: 'refused', errors: [{ pointer: '', message }] };
  }
}

type Draft = '2020-12' | '7';

/** Made when they are first needed: most servers never see a schema. */
const judges = new Map<Draft, Ajv>();

function judgeOf(draft: Draft): Ajv {
  const known = judges.get(draft);
  if (known !== undefined) return known;
  const made = draft === '7' ? new Ajv({ strict: false }) : new Ajv2020({ strict: false });
  judges.set(draft, made);
  return made;
}

function draftOf({ $schema }: JsonObject): Draft {
  return (typeof $schema === 'string' ? schemaDrafts[$schema] : undefined) ?? '2020-12';
}

function malformed(schema: JsonObject): FieldError[] {
  const judge = judgeOf(draftOf(schema));
  const { $id: _id, ...judged } = schema;
  if (judge.validateSchema(judged) === true) return [];
  const errors = fieldErrors(judge.errors ?? []);
  return errors.length > 0 ? errors : [{ pointer: '', message: 'is not a JSON Schema' }];
}

/** Counts what following references costs, so that no schema takes forever on any data. */
type Budget = { left: number };

class OutOfSteps extends Error {}

function checkOf(schema: JsonObject): DataCheck {
  const budget: Budget = { left: 0 };
  const counted = withSteps(schema) as JsonObject;
  const validate = compile(draftOf(schema), counted, { budget, isThorough: false });
  assertEnds(validate, budget);
  let thorough: ValidateFunction | null = null;
  return (data, at) => {
    try {
      budget.left = limits.schemaSteps;
      if (validate(data)) return null;
      budget.left = limits.schemaSteps;
      thorough ??= compile(draftOf(schema), counted, { budget, isThorough: true });
      return errorsOf(isShort(data) ? thorough : validate, { data, at });
    } catch (cause) {
      // Only these come of a schema that goes round in itself, or through too many ways.
      if (cause instanceof OutOfSteps || cause instanceof RangeError) return unending(at);
      throw cause;
    }
  };
}

/** Data without anything in it takes few steps, unless a reference leads back to its own place. */
function assertEnds(validate: ValidateFunction, budget: Budget): void {
  budget.left = limits.schemaSteps;
  try {
    validate({});
  } catch (cause) {
    throw new Error('refers to itself without end', { cause });
  }
}

function unending(pointer: string): FieldError[] {
  return [{ pointer, message: `takes over ${limits.schemaSteps} steps to check` }];
}

/** All mistakes of long data would be a long list. */
function isShort(data: Json): boolean {
  return JSON.stringify(data).length <= limits.schemaDetailBytes;
}

function errorsOf(validate: ValidateFunction, { data, at }: { data: Json; at: string }) {
  validate(data);
  const errors = fieldErrors((validate.errors ?? []).map(worded), at);
  return errors.length > 0 ? errors : [{ pointer: at, message: 'does not fit the schema' }];
}

function worded(error: ErrorObject): ErrorObject {
  if (error.keyword !== 'pattern') return error;
  const { pattern } = error.params as { pattern: string };
  return { ...error, parentSchema: { 'x-says': `must match the pattern ${pattern}` } };
}

function compile(
  draft: Draft,
  schema: AnySchemaObject,
  { budget, isThorough }: { budget: Budget; isThorough: boolean },
): ValidateFunction {
  const options: Options = {
    ...{ allErrors: isThorough, verbose: isThorough, strict: false, logger: false },
    ...{ meta: false, validateFormats: false, validateSchema: false },
    // A part that is referred to a thousand times would be compiled a thousand times.
    inlineRefs: false,
    code: { regExp: Object.assign(patternOf, { code: 'patternOf' }) },
  };
  const ajv = draft === '7' ? new Ajv(options) : new Ajv2020(options);
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    ...{ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', error: notUnique },
    validate: (wants: boolean, items: Json[]) => !wants || isUnique(items),
  });
  ajv.addKeyword({
    keyword: stepWord,
    // A reference that does not fit would keep it from being counted.
    before: '$ref',
    validate: () => {
      budget.left -= 1;
      if (budget.left < 0) throw new OutOfSteps();
      return true;
    },
  });
  return ajv.compile(schema);
}

const notUnique = { message: 'must not hold the same twice' };

/** The validator's own engine could take very long on some texts. */
function patternOf(pattern: string) {
  const compiled = linearPattern(pattern);
  if (compiled.is === 'refused') throw new Error(`the pattern ${pattern} ${compiled.because}`);
  return { test: compiled.test, toString: () => `/${pattern}/u` };
}

/** The validator compares each with each, which takes very long on long lists. */
function isUnique(items: readonly Json[]): boolean {
  return new Set(items.map((item) => JSON.stringify(sorted(item)))).size === items.length;
}

function sorted(value: Json): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, each]) => [name, sorted(each)]).concat([['{}', null]]);
}

/** The schema with a step to count beside each reference; what is no schema stays as it is. */
function withSteps(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema;
  const entries = Object.entries(schema).map(([word, value]): [string, Json] => [
    word,
    schemaHolders.has(word) ? insideWithSteps(value, word) : value,
  ]);
  if (typeof schema['$ref'] === 'string') entries.push([stepWord, true]);
  return Object.fromEntries(entries);
}

function insideWithSteps(value: Json, word: string): Json {
  if (Array.isArray(value)) return value.map(withSteps);
  const isOne = schemaHolders.get(word) === 'one';
  if (isOne || typeof value !== 'object' || value === null) return withSteps(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withSteps(each)] as const),
  );
}
