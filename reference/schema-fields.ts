/** A part of a JSON Schema, as far as a page shows it. */
type Schema = {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly format?: string;
};

/** A field for people: `entity.id`, what it may be, whether it must be there. */
export type Field = {
  readonly name: string;
  readonly takes: string;
  readonly isRequired: boolean;
  readonly says: string;
};

const deepest = 4;

/** Every field of an object or of a list's objects, those within named by dots and `[]`. */
export function schemaFields(schema: unknown, prefix = '', depth = 1): Field[] {
  const { properties = {}, required = [] } = objectOf(schema as Schema);
  return Object.entries(properties).flatMap(([name, part]) => {
    const path = `${prefix}${name}`;
    const inner = (part.items === undefined ? part : part.items) ?? part;
    const within = `${path}${part.items === undefined ? '.' : '[].'}`;
    return [
      {
        name: path,
        takes: takesOf(part),
        isRequired: required.includes(name),
        says: saysOf(part),
      },
      ...(depth < deepest ? schemaFields(inner, within, depth + 1) : []),
    ];
  });
}

/** What a value may be: its types, its values, its bounds. */
export function takesOf(schema: unknown): string {
  const part = schema as Schema;
  if (part.const !== undefined) return JSON.stringify(part.const);
  if (part.enum !== undefined) return part.enum.map((each) => JSON.stringify(each)).join(', ');
  const choices = part.anyOf ?? part.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(takesOf))].join(' or ');
  const types = part.type === undefined ? [] : [part.type].flat();
  const named = types.map((type) => (type === 'array' ? `list of ${itemsOf(part)}` : type));
  return [named.join(' or ') || 'any JSON', boundsOf(part)]
    .filter((each) => each !== '')
    .join(', ');
}

function itemsOf({ items }: Schema): string {
  return items === undefined ? 'any JSON' : takesOf(items);
}

function boundsOf(part: Schema): string {
  if (part.format === 'date-time') return 'RFC 3339';
  const { minimum, maximum, maxLength, maxItems } = part;
  const number = (value: number): string => value.toLocaleString('en');
  if (minimum !== undefined && maximum !== undefined)
    return `${number(minimum)}–${number(maximum)}`;
  if (maxLength !== undefined) return `≤ ${number(maxLength)} characters`;
  return maxItems === undefined ? '' : `≤ ${number(maxItems)}`;
}

/** The object among choices, such as that of "an object or null". */
function objectOf(schema: Schema): Schema {
  const choices = schema.anyOf ?? schema.oneOf ?? [];
  if (schema.properties !== undefined || choices.length === 0) return schema;
  const objects = choices.map(objectOf).filter(({ properties }) => properties !== undefined);
  return objects.length === 1 ? (objects[0] ?? {}) : {};
}

function saysOf(part: Schema): string {
  const within = part.anyOf?.find(({ description }) => description !== undefined);
  return part.description ?? within?.description ?? part.items?.description ?? '';
}
