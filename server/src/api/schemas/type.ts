import type { Type as TypeBox } from 'typebox';

type Schema = Record<string, unknown>;
type Builder = Pick<
  typeof TypeBox,
  | ('Array' | 'Boolean' | 'Enum' | 'Integer' | 'Literal' | 'Number' | 'Object' | 'Optional')
  | ('String' | 'Union' | 'Unknown' | 'Unsafe')
>;

/** Neither shown as JSON nor copied with a schema, as in TypeBox. */
const optional = Symbol('optional');

const make = {
  Array: (items: Schema, options?: Schema) => ({ type: 'array', items, ...options }),
  Boolean: (options?: Schema) => ({ type: 'boolean', ...options }),
  Enum: (values: readonly unknown[], options?: Schema) => ({ enum: values, ...options }),
  Integer: (options?: Schema) => ({ type: 'integer', ...options }),
  Literal: (value: unknown, options?: Schema) => ({
    ...{ type: typeof value, const: value },
    ...options,
  }),
  Number: (options?: Schema) => ({ type: 'number', ...options }),
  Object: objectOf,
  Optional: (schema: Schema) => Object.defineProperty({ ...schema }, optional, { value: true }),
  String: (options?: Schema) => ({ type: 'string', ...options }),
  Union: (anyOf: readonly Schema[], options?: Schema) => ({ anyOf, ...options }),
  Unknown: (options?: Schema) => ({ ...options }),
  Unsafe: (schema: Schema) => ({ ...schema }),
};

/**
 * Makes JSON Schemas, typed as TypeBox types them and made as it makes them; a test holds the two
 * against each other. Its code is some 370 modules, a quarter of what a start would load, and
 * these few functions are all of it that is called.
 */
// The kinds that TypeBox marks its schemas with are for its own code and for the compiler.
export const Type = make as unknown as Builder;

function objectOf(properties: Readonly<Record<string, Schema>>, options?: Schema): Schema {
  const required = Object.keys(properties).filter((name) => !isOptional(properties[name]));
  const named = required.length === 0 ? {} : { required };
  return { type: 'object', ...named, properties, ...options };
}

function isOptional(schema: Schema | undefined): boolean {
  return schema !== undefined && optional in schema;
}
