import { openApi } from '../server/src/api/openapi.ts';
import type { OpenApiDocument, Operation } from '../server/src/api/openapi-document.ts';
import { allRoutes } from '../server/src/api/routes/all.ts';
import { failuresOf, operationParts, parametersTable, problemLink } from './api-operation.ts';
import { pageText, upper } from './markdown.ts';
import { anchorOf, ShapeBook } from './shape-book.ts';

const intro = `# The API

Requests and answers are JSON in camelCase; times are RFC 3339 with milliseconds and \`Z\`;
durations are whole numbers ending in \`Ms\`. Send \`Authorization: Bearer ph_…\`. A running
server shows the same under \`/docs\`, and as OpenAPI 3.1 under \`/openapi.json\`, from which this
page is made. Examples are sent to a real API by a test; ids in them stand for your own.`;

const sharedIntro = `## What many operations take

A list answers \`{"data": […], "nextCursor": …}\`, newest first; \`nextCursor\` is null at the end.
Things that can be changed answer with an \`ETag\`.`;

/** Parameters that stand at the beginning of the page, with the operation that has them. */
const sharedParameters: Readonly<Record<string, string>> = {
  'Posthorn-Tenant': 'POST /v1/events',
  'Idempotency-Key': 'POST /v1/events',
  'If-Match': 'PATCH /v1/endpoints/{id}',
  limit: 'GET /v1/endpoints',
  cursor: 'GET /v1/endpoints',
  'createdAt[gte]': 'GET /v1/endpoints',
  'createdAt[lt]': 'GET /v1/endpoints',
};

type Placed = { readonly heading: string; readonly operation: Operation };

/** `docs/reference/api.md`, made from the OpenAPI document. */
export function apiPage(): string {
  const document = openApi(allRoutes({ isMetricsOpen: false }), { publicUrl: null, version: '' });
  const operations = placed(document);
  const usual = usualFailures(operations);
  const around = { shapes: new ShapeBook(), shared: new Set(Object.keys(sharedParameters)), usual };
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? 'server');
  return pageText([
    ...[intro, contents(byTag)],
    ...[sharedIntro, sharedTable(operations)],
    `Any operation with a key may fail with ${[...usual].map(problemLink).join(', ')}.`,
    ...[...byTag].flatMap(([tag, those]) => [
      `## ${title(tag)}`,
      document.tags.find(({ name }) => name === tag)?.description ?? '',
      ...those.flatMap((each) => operationParts({ ...each, ...around })),
    ]),
  ]);
}

function placed({ paths }: OpenApiDocument): Placed[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      heading: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
}

/** Those that every operation with a key may have. */
function usualFailures(operations: readonly Placed[]): Set<string> {
  const keyed = operations.filter(({ operation }) => operation.security.length > 0);
  const [first = new Set<string>(), ...others] = keyed.map(
    ({ operation }) => new Set(failuresOf(operation)),
  );
  return new Set([...first].filter((code) => others.every((each) => each.has(code))));
}

function contents(byTag: ReadonlyMap<string, readonly Placed[]>): string {
  const lines = [...byTag].map(([tag, those]) => {
    const links = those.map(({ heading }) => `[${heading}](#${anchorOf(heading)})`);
    return `- [${title(tag)}](#${anchorOf(title(tag))}): ${links.join(' · ')}`;
  });
  return lines.join('\n');
}

function sharedTable(operations: readonly Placed[]): string {
  const found = Object.entries(sharedParameters).flatMap(([name, heading]) => {
    const { parameters = [] } =
      operations.find((each) => each.heading === heading)?.operation ?? {};
    return parameters.filter((each) => each.name === name);
  });
  return parametersTable(found);
}

function title(tag: string): string {
  return upper(tag.replaceAll('-', ' '));
}
