import type { FieldError } from './app-error.ts';

/** A mistake as a validator of JSON Schema tells it. */
export type SchemaError = {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly propertyName?: string;
  readonly message?: string;
  /** The schema that it does not fit; `x-says` in it are the words for it. */
  readonly parentSchema?: { readonly [word: string]: unknown };
};

/** The most mistakes that one answer names. */
const namedAtMost = 20;

/** Turns what the validator found into words, each with the place it belongs to. */
export function fieldErrors(found: readonly SchemaError[], at = ''): FieldError[] {
  const told = found.filter((error) => !isEcho(error));
  return told.slice(0, namedAtMost).map((error) => ({
    pointer: at + pointerOf(error),
    message: messageOf(error),
  }));
}

/** Branches of a choice report themselves; that no branch fits adds nothing. */
function isEcho({ keyword }: SchemaError): boolean {
  return keyword === 'anyOf' || keyword === 'oneOf';
}

function pointerOf({ keyword, instancePath, params, propertyName }: SchemaError): string {
  const given = params as Record<string, unknown>;
  if (keyword === 'required') return `${instancePath}/${escaped(given['missingProperty'])}`;
  if (keyword === 'additionalProperties') {
    return `${instancePath}/${escaped(given['additionalProperty'])}`;
  }
  return propertyName === undefined ? instancePath : `${instancePath}/${escaped(propertyName)}`;
}

function escaped(name: unknown): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1');
}

function messageOf(error: SchemaError): string {
  const said = error.parentSchema?.['x-says'];
  const says = typeof said === 'string' ? said : undefined;
  const { keyword, params } = error;
  const given = params as Record<string, unknown>;
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties':
      return 'is not a known field';
    case 'type':
      return `must be ${kindNames(given['type'])}`;
    case 'enum':
      return `must be one of ${(given['allowedValues'] as unknown[]).join(', ')}`;
    case 'discriminator':
      return `needs a known ${String(given['tag'])}`;
    case 'pattern':
      return says ?? 'has characters that are not allowed';
    default:
      return bounds[keyword]?.(String(given['limit'])) ?? says ?? error.message ?? 'is not valid';
  }
}

const bounds: Record<string, (limit: string) => string> = {
  minLength: (limit) => `must have at least ${limit} characters`,
  maxLength: (limit) => `must have at most ${limit} characters`,
  minItems: (limit) => `must have at least ${limit} items`,
  maxItems: (limit) => `must have at most ${limit} items`,
  minProperties: (limit) => `must have at least ${limit} fields`,
  maxProperties: (limit) => `must have at most ${limit} fields`,
  minimum: (limit) => `must be at least ${limit}`,
  maximum: (limit) => `must be at most ${limit}`,
  exclusiveMinimum: (limit) => `must be more than ${limit}`,
  uniqueItems: () => 'must not hold the same twice',
};

const kinds: Record<string, string> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

function kindNames(type: unknown): string {
  const names = Array.isArray(type) ? type : String(type).split(',');
  return names.map((name) => kinds[String(name)] ?? String(name)).join(' or ');
}
