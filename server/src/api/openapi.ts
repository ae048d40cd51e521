import type { TSchema } from 'typebox';
import { failures } from '../core/failures.ts';
import type { FailureCode } from '../core/failures.ts';
import { outgoingWebhooks } from './openapi-webhooks.ts';
import type {
  OpenApiDocument,
  Operation,
  Parameter,
  Response,
} from './openapi-document.ts';
import { tagDescriptions } from './openapi-tags.ts';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';

/** Draws routes as OpenAPI 3.1, from the very schemas that judge requests. */
export function openApi(
  routes: readonly Route[],
  { publicUrl, version }: { publicUrl: string | null; version: string },
): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const each of routes) {
    const path = (paths[each.path] ??= {});
    path[each.method.toLowerCase()] = operation(each);
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

function operation(route: Route): Operation {
  const { summary, scope, body, isBodyOptional, contentTypes } = route;
  const described = {
    operationId: operationId(route),
    summary,
    ...(scope !== null && { description: `Needs a key with the scope \`${scope}\`.` }),
    tags: [tagOf(route)],
    security: scope === null ? [] : [{ key: [scope] }],
    parameters: parametersOf(route),
    responses: { ...answersOf(route), ...problemsOf(route) },
  };
  if (body === undefined) return described;
  const types = contentTypes ?? ['application/json'];
  const schemas = [
    ...types.map((type) => [type, body]),
    ...Object.entries(route.otherBodies ?? {}),
  ];
  const content = Object.fromEntries(schemas.map(([type, schema]) => [type, { schema }]));
  return { ...described, requestBody: { required: isBodyOptional !== true, content } };
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
    ...fieldsOf(params).map(({ name, schema }) => parameter(name, 'path', schema)),
    ...fieldsOf(query).map(({ name, schema }) => parameter(name, 'query', schema)),
    ...Object.entries(route.headers ?? {}).map(([name, says]) => header(name, says)),
    ...(isIdempotent === true ? [header('Idempotency-Key', 'Makes repeating this safe.')] : []),
    ...(scope === null || isOperators === true
      ? []
      : [header('Posthorn-Tenant', 'For keys of the operator: the tenant meant.')]),
  ];
}

function header(name: string, description: string): Parameter {
  return { name, in: 'header', required: false, description, schema: { type: 'string' } };
}

function fieldsOf(schema: TSchema | undefined): { name: string; schema: unknown }[] {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, unknown> };
  return Object.entries(properties).map(([name, field]) => ({ name, schema: field }));
}

function answersOf({ answers, path }: Route): Record<string, Response> {
  const type = path === '/metrics' ? 'text/plain' : 'application/json';
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      schema === null
        ? { description: 'Done.' }
        : { description: 'Done.', content: { [type]: { schema } } },
    ]),
  );
}

/** What every route with a key may also fail with. */
const alwaysFails: FailureCode[] = ['unauthorized', 'forbidden', 'unknown_tenant', 'internal'];

/** What a route that keeps its answers may also fail with. */
const idempotencyFails: FailureCode[] = [
  'invalid_idempotency_key',
  'idempotency_running',
  'idempotency_conflict',
];

function problemsOf({ fails, scope, body, isIdempotent }: Route): Record<string, Response> {
  const codes = new Set<FailureCode>([...fails, ...(scope === null ? [] : alwaysFails)]);
  if (isIdempotent === true) for (const code of idempotencyFails) codes.add(code);
  if (body !== undefined) {
    codes.add('invalid_json').add('unsupported_media_type').add('payload_too_large');
  }
  const byStatus = Map.groupBy(codes, (code) => failures[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      {
        description: those.map((code) => `\`${code}\`: ${failures[code].says}`).join('\n\n'),
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    ]),
  );
}

function parameter(name: string, where: 'path' | 'query', schema: unknown): Parameter {
  const said = (schema as { description?: unknown }).description;
  const description = typeof said === 'string' ? { description: said } : {};
  return { name, in: where, required: where === 'path', schema, ...description };
}
