import type { TSchema } from 'typebox';
import { failures } from '../core/failures.ts';
import { limits } from '../core/limits.ts';
import { documentedFailures } from './documented-failures.ts';
import { allNotes } from './notes/all-notes.ts';
import { requestContent } from './openapi-content.ts';
import { outgoingWebhooks } from './openapi-webhooks.ts';
import type {
  Content,
  OpenApiDocument,
  Operation,
  Parameter,
  Response,
} from './openapi-document.ts';
import { tagDescriptions } from './openapi-tags.ts';
import { Problem } from './problem.ts';
import type { OperationNote } from './notes/operation-note.ts';
import type { Route } from './route.ts';

/** Draws routes as OpenAPI 3.1, from the very schemas that judge requests. */
export function openApi(
  routes: readonly Route[],
  { publicUrl, version }: { publicUrl: string | null; version: string },
): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  const versioned = new Set(routes.filter(takesVersion).map(({ path }) => path));
  for (const each of routes) {
    const path = (paths[each.path] ??= {});
    path[each.method.toLowerCase()] = operation(each, versioned.has(each.path));
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Posthorn',
      version,
      description: 'Carries events out of and into AI systems by webhook.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl ?? '/' }],
    tags: tagDescriptions(Object.values(paths).flatMap((each) => Object.values(each))),
    paths,
    webhooks: outgoingWebhooks(),
    components: {
      schemas: { Problem },
      securitySchemes: { key: { type: 'http', scheme: 'bearer', bearerFormat: 'ph_…' } },
    },
  };
}

/** Whether it changes something that has versions, which its answers name. */
function takesVersion({ fails }: Route): boolean {
  return fails.includes('version_mismatch');
}

function operation(route: Route, isVersioned: boolean): Operation {
  const { summary, scope, body, isBodyOptional } = route;
  const description = descriptionOf(route);
  const described = {
    operationId: operationId(route),
    summary,
    ...(description !== '' && { description }),
    tags: [tagOf(route)],
    security: scope === null ? [] : [{ key: [scope] }],
    parameters: parametersOf(route),
    responses: { ...answersOf(route, isVersioned), ...problemsOf(route) },
  };
  if (body === undefined) return described;
  const content = requestContent(route, noteOf(route));
  return { ...described, requestBody: { required: isBodyOptional !== true, content } };
}

function noteOf({ method, path }: Route): OperationNote {
  return allNotes[`${method} ${path}`] ?? {};
}

function descriptionOf(route: Route): string {
  const { says = '' } = noteOf(route);
  if (route.scope === null) return says;
  const of = route.isOperators === true ? ' of the operator' : '';
  return `${says} Needs a key${of} with the scope \`${route.scope}\`.`.trim();
}

function operationId({ method, path }: Route): string {
  const words = path.replace(/^\/v1/, '').match(/\w+/g) ?? [];
  const named = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return method.toLowerCase() + named;
}

function tagOf({ path }: Route): string {
  return /^\/v1\/([\w-]+)/.exec(path)?.[1] ?? 'server';
}

function parametersOf(route: Route): Parameter[] {
  const { params, query, scope, isOperators, isIdempotent } = route;
  return [
    ...fieldsOf(params).map((field) => parameter('path', field)),
    ...fieldsOf(query).map((field) => parameter('query', field)),
    ...Object.entries(route.headers ?? {}).map(([name, says]) => header(name, says)),
    ...(isIdempotent === true ? [idempotencyHeader] : []),
    ...(takesVersion(route) ? [versionHeader] : []),
    ...(scope === null || isOperators === true
      ? []
      : [header('Posthorn-Tenant', 'For keys of the operator: the tenant meant.')]),
  ];
}

const idempotencyHeader: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Makes repeating this safe.',
  schema: {
    type: 'string',
    minLength: 1,
    maxLength: limits.idempotencyKeyChars,
    pattern: '\\S',
  },
};

const versionHeader = header(
  'If-Match',
  'The `ETag` that you read: refused with `version_mismatch` when it was changed since.',
);

function header(name: string, description: string): Parameter {
  return { name, in: 'header', required: false, description, schema: { type: 'string' } };
}

type Field = { readonly name: string; readonly schema: unknown; readonly isRequired: boolean };

function fieldsOf(given: TSchema | undefined): Field[] {
  const { properties = {}, required = [] } = (given ?? {}) as {
    properties?: Record<string, unknown>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, schema, isRequired: required.includes(name) },
  }));
}

function answersOf(route: Route, isVersioned: boolean): Record<string, Response> {
  const json = route.path === '/metrics' ? 'text/plain' : 'application/json';
  const type = route.answerType ?? json;
  const headers = isVersioned ? versionHeaders : {};
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, schema]) => {
      const description = noteOf(route).answers?.[Number(status)] ?? doneSays(route, status);
      if (schema === null) return [status, { description }];
      const others = status === '200' ? otherContent(route) : {};
      return [status, { description, ...headers, content: { [type]: { schema }, ...others } }];
    }),
  );
}

function otherContent({ otherAnswers = {} }: Route): Content {
  return Object.fromEntries(
    Object.entries(otherAnswers).map(([type, schema]) => [type, { schema }]),
  );
}

const versionHeaders = {
  headers: {
    ETag: {
      description: 'Its version, for `If-Match`.',
      schema: { type: 'string' },
    },
  },
};

function doneSays({ method }: Route, status: string): string {
  if (status === '201') return 'Made.';
  return method === 'GET' ? 'What was asked for.' : 'Done.';
}

function problemsOf(route: Route): Record<string, Response> {
  return Object.fromEntries(
    [...documentedFailures(route)].map(([status, those]) => [
      status,
      {
        description: those.map((code) => `\`${code}\`: ${failures[code].says}`).join('\n\n'),
        ...(status !== 408 && those.some((code) => failures[code].retryable) && retryHeaders),
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    ]),
  );
}

const retryHeaders = {
  headers: {
    'Retry-After': {
      description: 'Seconds after which the same request may succeed; only where it may.',
      schema: { type: 'integer' },
    },
  },
};

function parameter(where: 'path' | 'query', { name, schema, isRequired }: Field): Parameter {
  const said = (schema as { description?: unknown }).description;
  const description = typeof said === 'string' ? { description: said } : {};
  return { name, in: where, required: where === 'path' || isRequired, schema, ...description };
}
