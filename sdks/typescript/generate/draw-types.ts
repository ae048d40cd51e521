import { format } from 'prettier';
import { findShape } from './find-shape.ts';
import type { FoundShape } from './find-shape.ts';
import type { Document, Schema } from './schema.ts';
import { dataName, eventShapes, shapes } from './shapes.ts';
import type { Place } from './shapes.ts';
import { comment, drawnText } from './type-text.ts';

type Named = FoundShape & { readonly name: string; readonly file: string; readonly place: Place };

const head = '// Drawn from the OpenAPI document by `npm run sdk-types`.\n\n';

/** Draws each file of types, by its name. What stands in several places is drawn once. */
export async function drawTypes(document: Document): Promise<Map<string, string>> {
  // One of the entries describes what all deliveries have in common.
  const types = Object.keys(document.webhooks).filter((type) => type.includes('.'));
  const all = { ...shapes, ...eventShapes(types) };
  const named = Object.entries(all).flatMap(([file, places]) =>
    Object.entries(places).map(([name, place]): Named => ({
      ...findShape(document, place),
      name,
      file,
      place,
    })),
  );
  const files = new Map<string, string>();
  for (const file of Object.keys(all)) files.set(`${file}.ts`, await drawFile(file, named));
  files.set('event-data.ts', await drawEventData(types));
  const exported = [...files.keys()].map((file) => `export type * from './${file}';\n`);
  return files.set('all-types.ts', head + exported.toSorted().join(''));
}

/** The map from the type of an event to its data. */
function drawEventData(types: readonly string[]): Promise<string> {
  const imports = Object.entries(eventShapes(types)).map(
    ([file, places]) => `import type { ${Object.keys(places).join(', ')} } from './${file}.ts';`,
  );
  const fields = types.map((type) => `readonly '${type}': ${dataName(type)};`);
  const says = comment({ description: 'The data of each event that Posthorn itself makes.' });
  return formatted(
    `${head}${imports.join('\n')}\n\n${says}export type EventData = {\n${fields.join('\n')}\n};\n`,
  );
}

async function drawFile(file: string, all: readonly Named[]): Promise<string> {
  const used = new Map<string, Set<string>>();
  const drawn = all.filter((each) => each.file === file).map((each) => drawShape(each, all, used));
  const imports = [...used].map(
    ([from, names]) => `import type { ${[...names].toSorted().join(', ')} } from './${from}.ts';\n`,
  );
  const text = `${head}${imports.toSorted().join('')}\n${drawn.join('\n')}`;
  return formatted(text);
}

function formatted(text: string): Promise<string> {
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
  const says = schema.description ?? whereText(place);
  return `${comment({ description: says })}export type ${name} = ${text};\n`;
}

function whereText(place: Place): string {
  const [method = '', path = '', part = ''] = place.split(' ');
  if (method === 'event') return `The data of \`${path}\`.`;
  const isInput = part.startsWith('body') || part.startsWith('query');
  return isInput ? `What \`${method} ${path}\` takes.` : `What \`${method} ${path}\` answers.`;
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
