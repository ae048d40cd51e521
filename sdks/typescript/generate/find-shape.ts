import type { Document, Operation, Schema } from './schema.ts';
import type { Place } from './shapes.ts';

/** A shape and how it is used. */
export type FoundShape = { readonly schema: Schema; readonly isInput: boolean };

/** Finds what stands at a place of the document; throws when nothing does. */
export function findShape(document: Document, place: Place): FoundShape {
  const [method = '', path = '', part = ''] = place.split(' ');
  if (method === 'event') return { schema: dataOf(document, path), isInput: false };
  const operation = document.paths[path]?.[method.toLowerCase()];
  const [whole = '', ...inner] = part.split('.');
  let schema = operation === undefined ? undefined : partOf(operation, whole);
  for (const name of inner) schema = schema?.anyOf?.[Number(name)] ?? schema?.properties?.[name];
  if (schema === undefined) throw new Error(`the document has no ${place}`);
  return { schema, isInput: whole === 'body' || whole === 'query' };
}

function partOf(operation: Operation, part: string): Schema | undefined {
  if (part === 'body') return operation.requestBody?.content[json]?.schema;
  if (part === 'query') return queryOf(operation);
  if (part === 'each')
    return operation.responses['200']?.content?.[json]?.schema.properties?.['data']?.items;
  return operation.responses[part]?.content?.[json]?.schema;
}

/** The cursor is not there: iterators follow it by themselves. */
function queryOf({ parameters = [] }: Operation): Schema {
  const asked = parameters.filter((each) => each.in === 'query' && each.name !== 'cursor');
  return {
    type: 'object',
    properties: Object.fromEntries(asked.map(({ name, schema }) => [name, schema])),
    required: asked.filter((each) => each.required === true).map(({ name }) => name),
  };
}

function dataOf({ webhooks }: Document, type: string): Schema {
  const schema = webhooks[type]?.post.requestBody?.content[json]?.schema.properties?.['data'];
  if (schema === undefined) throw new Error(`the document has no event ${type}`);
  return schema;
}

const json = 'application/json';
