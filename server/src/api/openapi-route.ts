import { Type } from './schemas/type.ts';
import { openApi } from './openapi.ts';
import { route } from './route.ts';
import type { Route } from './route.ts';

/** The route that describes all others; drawn when first asked for. */
export function openApiRoute(routes: readonly Route[]): Route {
  let text: string | null = null;
  return route({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as OpenAPI 3.1',
    scope: null,
    answers: { 200: Type.Unknown() },
    fails: [],
    handle: (_call, { publicUrl, version }) => {
      text ??= JSON.stringify(openApi(routes, { publicUrl, version }));
      return { status: 200, text };
    },
  });
}
