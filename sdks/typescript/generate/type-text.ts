import type { Schema } from './schema.ts';

/** How a schema becomes a type. */
export type Drawing = {
  /** The name of a shape that is drawn once; null for one that is drawn in its place. */
  readonly nameOf: (schema: Schema) => string | null;
  /** What is given may also be said to be undefined; what is answered never is. */
  readonly isInput: boolean;
};

/** The type of whatever fits a JSON Schema, as TypeScript. */
function typeText(schema: Schema, drawing: Drawing): string {
  return drawing.nameOf(schema) ?? drawnText(schema, drawing);
}

/** The same, although the schema has a name: what the name stands for. */
export function drawnText(schema: Schema, drawing: Drawing): string {
  if (schema.$ref !== undefined) return schema.$ref.replace(/^.*\//, '');
  if ('const' in schema) return literal(schema.const);
  if (schema.enum !== undefined) return union(schema.enum.map(literal));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return union(choices.map((each) => typeText(each, drawing)));
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (types.length === 0)
    return schema.properties === undefined ? 'unknown' : object(schema, drawing);
  return union(types.map((type) => ofType(type, schema, drawing)));
}

function ofType(type: string, schema: Schema, drawing: Drawing): string {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${typeText(schema.items ?? {}, drawing)})[]`;
    case 'object':
      return object(schema, drawing);
    default:
      return type;
  }
}

function object(schema: Schema, drawing: Drawing): string {
  const { properties = {}, additionalProperties } = schema;
  const others = typeof additionalProperties === 'object' ? additionalProperties : {};
  if (schema.properties === undefined) {
    return `Readonly<Record<string, ${typeText(others, drawing)}>>`;
  }
  const fields = Object.entries(properties).map(([name, each]) => {
    const isRequired = schema.required?.includes(name) === true;
    const type = typeText(each, drawing);
    // Whoever gives something often has it or undefined in hand.
    const given =
      drawing.isInput && !isRequired && type !== 'unknown' ? `${type} | undefined` : type;
    return `${comment(each)}readonly ${key(name)}${isRequired ? '' : '?'}: ${given};`;
  });
  return `{\n${fields.join('\n')}\n}`;
}

/** What a field means, as a comment over it. */
export function comment({ description }: Pick<Schema, 'description'>): string {
  if (description === undefined) return '';
  const words = description.replaceAll('*/', '* /').split(/\s+/);
  const lines = [''];
  for (const word of words) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length > lineChars) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  if (lines.length === 1) return `/** ${lines[0]} */\n`;
  return `/**\n${lines.map((line) => ` * ${line}`).join('\n')}\n */\n`;
}

/** Leaves room for what a comment in three braces is set in by. */
const lineChars = 80;

function union(parts: readonly string[]): string {
  const distinct = [...new Set(parts)];
  return distinct.includes('unknown') ? 'unknown' : distinct.join(' | ');
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value);
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`;
}
