import { code, tableText } from './markdown.ts';
import { schemaFields, takesOf } from './schema-fields.ts';

/** Draws each shape of an answer where it first stands, and refers to it from then on. */
export class ShapeBook {
  readonly #places = new Map<unknown, string>();

  /** What a body holds; `place` is the heading under which this stands. */
  text(schema: unknown, place: string): string {
    const row = rowsOf(schema);
    if (row !== null) return this.#rows(row, place);
    return choicesOf(schema)
      .map((each) => this.#one(each, place))
      .join('\n\nor\n\n');
  }

  /** Whether a text only leads to where the shape stands. */
  isReference(text: string): boolean {
    return /^(a list of rows )?as under \[[^\]]+\]\([^)]+\)$/.test(text);
  }

  #rows(row: unknown, place: string): string {
    const text = this.#one(row, place);
    return this.isReference(text) ? `a list of rows ${text}` : `A list of rows:\n\n${text}`;
  }

  #one(schema: unknown, place: string): string {
    const known = this.#places.get(schema);
    if (known !== undefined) return `as under [${known}](#${anchorOf(known)})`;
    const table = fieldsTable(schema, { marksRequired: false });
    if (table === null) return takesOf(schema);
    this.#places.set(schema, place);
    return table;
  }
}

/** The fields of a body as a table; null when it has none of its own. */
export function fieldsTable(
  schema: unknown,
  { marksRequired }: { marksRequired: boolean },
): string | null {
  const rows = schemaFields(schema).map(({ name, takes, isRequired, says }) => [
    ...[code(name), `${takes}${marksRequired && isRequired ? ', required' : ''}`, says],
  ]);
  return rows.length === 0 ? null : tableText({ columns: ['field', 'is', 'means'], rows });
}

/** The name that a heading has in links. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}

type Schema = {
  readonly properties?: Readonly<Record<string, { readonly items?: unknown }>>;
  readonly anyOf?: readonly unknown[];
};

/** What a list has in its rows; null for what is no list. */
function rowsOf(schema: unknown): unknown {
  const { properties = {} } = schema as Schema;
  return 'nextCursor' in properties ? (properties['data']?.items ?? null) : null;
}

function choicesOf(schema: unknown): readonly unknown[] {
  return (schema as Schema).anyOf ?? [schema];
}
