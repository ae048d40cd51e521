import type { TSchema } from 'typebox';
import type { BodyExample, OperationNote } from './notes/operation-note.ts';
import type { Content, Example } from './openapi-document.ts';
import type { Route } from './route.ts';

/** The bodies that a route takes, by content type, with examples. */
export function requestContent(route: Route, note: OperationNote): Content {
  const { body, otherBodies = {}, contentTypes = ['application/json'] } = route;
  if (body === undefined) return {};
  const own = contentTypes.map((type) => [type, media(body, note.examples)] as const);
  const others = Object.entries(otherBodies).map(
    ([type, schema]) => [type, media(schema, note.otherExamples?.[type])] as const,
  );
  return Object.fromEntries([...own, ...others]);
}

function media(schema: TSchema, examples: readonly BodyExample[] = []): Content[string] {
  return examples.length === 0 ? { schema } : { schema, examples: named(examples) };
}

function named(examples: readonly BodyExample[]): Record<string, Example> {
  return Object.fromEntries(
    examples.map(({ shows, value }) => [nameOf(shows), { summary: shows, value }]),
  );
}

/** The words of a summary as a name that any tool takes. */
function nameOf(shows: string): string {
  return shows
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
