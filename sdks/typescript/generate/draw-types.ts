import { format } from 'prettier';
import { findShape } from './find-shape.ts';
import type { FoundShape } from './find-shape.ts';
import type { Document, Schema } from './schema.ts';
import { shapes } from './shapes.ts';
import type { Place } from './shapes.ts';
import { comment, drawnText } from './type-text.ts';

type Named = FoundShape & { readonly name: string; readonly file: string; readonly place: Place };

const head = '// Drawn from the OpenAPI document by `npm run sdk-types`.\n\n';

/** Draws each file of types, by its name. What stands in several places is drawn once. */
export async function drawTypes(document: Document): Promise<Map<string, string>> {
  const named = Object.entries(shapes).flatMap(([file, places]) =>
    Object.entries(places).map(([name, place]): Named => ({
      ...findShape(document, place),
      name,
      file,
      place,
    })),
  );
  const files = new Map<string, string>();
  for (const file of Object.keys(shapes)) files.set(`${file}.ts`, await drawFile(file, named));
  return files;
}

async function drawFile(file: string, all: readonly Named[]): Promise<string> {
  const used = new Map<string, Set<string>>();
  const drawn = all.filter((each) => each.file === file).map((each) => drawShape(each, all, used));
  const imports = [...used].map(
    ([from, names]) => `import type { ${[...names].toSorted().join(', ')} } from './${from}.ts';\n`,
  );
  const text = `${head}${imports.toSorted().join('')}\n${drawn.join('\n')}`;
  return format(text, { parser: 'typescript', printWidth: 100, singleQuote: true });
}

function drawShape(shape: Named, all: readonly Named[], used: Map<string, Set<string>>): string {
  const nameOf = (schema: Schema): string | null => {
    const found = all.find((each) => isSame(each, shape, schema));
    if (found === undefined || found.name === shape.name) return null;
    if (found.file !== shape.file) {
      used.set(found.file, (used.get(found.file) ?? new Set()).add(found.name));
    }
    return found.name;
  };
  const { schema, isInput, name, place } = shape;
  const same = nameOf(schema);
  const text = same ?? drawnText(schema, { nameOf, isInput });
  const says = schema.description ?? `\`${place.replace(/ [^ /]*$/, '')}\``;
  return `${comment({ description: says })}export type ${name} = ${text};\n`;
}

/** Only shapes with fields get a name in other places; the first in the table gives it. */
function isSame(each: Named, { isInput }: Named, schema: Schema): boolean {
  if (each.isInput !== isInput || isPlain(schema)) return false;
  return each.schema === schema || textOf(each.schema) === textOf(schema);
}

function isPlain({ properties, anyOf }: Schema): boolean {
  return properties === undefined && anyOf === undefined;
}

/** What it means in one place does not make it another shape. */
function textOf(schema: Schema): string {
  return JSON.stringify({ ...schema, description: undefined });
}
