import { openApi } from './opened-api.ts';

/** What the document says of one operation, as far as tenancy goes. */
export type Operation = {
  readonly method: string;
  readonly path: string;
  /** The names of its query's parameters. */
  readonly query: readonly string[];
  /** The names of all members of its body, at any depth, that hold ids. */
  readonly bodyIds: readonly string[];
  readonly hasBody: boolean;
  readonly isList: boolean;
  /** Whether only the operator may call it. */
  readonly isOperators: boolean;
  /** Whether a tenant is acted for, which a header may name. */
  readonly isTenants: boolean;
};

type Described = {
  paths: Record<string, Record<string, Parameters<typeof operationOf>[2]>>;
};

/** Reads every operation from the document that the API serves. */
export async function describedOperations(): Promise<Operation[]> {
  await using api = await openApi();
  const page = (await api.call({ url: '/openapi.json', key: null })).json<Described>();
  return Object.entries(page.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => operationOf(method, path, described)),
  );
}

function operationOf(
  method: string,
  path: string,
  described: {
    parameters?: { name: string; in: string }[];
    requestBody?: { content: Record<string, { schema: unknown }> };
    responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
    security?: unknown[];
  },
): Operation {
  const { parameters = [], requestBody, responses, security = [] } = described;
  const body = requestBody?.content['application/json']?.schema;
  const answer = responses['200']?.content?.['application/json']?.schema;
  const isTenants = parameters.some(({ name }) => name === 'Posthorn-Tenant');
  return {
    method: method.toUpperCase(),
    path,
    query: parameters.filter((each) => each.in === 'query').map(({ name }) => name),
    bodyIds: [...idsIn(body)],
    hasBody: requestBody !== undefined,
    isList: membersOf(answer).has('nextCursor'),
    isOperators: security.length > 0 && !isTenants,
    isTenants,
  };
}

function membersOf(schema: unknown): Set<string> {
  const { properties = {} } = (schema ?? {}) as { properties?: object };
  return new Set(Object.keys(properties));
}

/** Names of members that end in `Id` or `Ids`, wherever they stand in a schema. */
function idsIn(schema: unknown, found = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return found;
  for (const name of membersOf(schema)) if (/Ids?$/.test(name)) found.add(name);
  for (const each of Object.values(schema)) idsIn(each, found);
  return found;
}
