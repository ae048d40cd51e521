import { Type } from '../api/schemas/type.ts';
import { route } from '../api/route.ts';
import type { Call, Route } from '../api/route.ts';
import { AppError } from '../core/app-error.ts';
import type { McpDeps } from './mcp-deps.ts';
import type { ServeMcp } from './serve-mcp.ts';

/** The routes of `/mcp`, and how what they hold open ends. */
export type McpRoutes = { readonly routes: readonly Route[]; release(): void };

/**
 * `/mcp`, over the same gate as every route. It is not in the OpenAPI document: its bodies are
 * JSON-RPC, which MCP describes itself, and clients find what it can do by asking it.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 */
export function mcpRoutes(deps: McpDeps): McpRoutes {
  let serving: Promise<ServeMcp> | null = null;
  let isReleased = false;
  const handle = async (call: Call) => {
    assertOrigin(call, deps);
    // Loaded on first use, so that servers without MCP clients neither wait for it nor hold it.
    serving ??= import('./serve-mcp.ts').then((loaded) => new loaded.ServeMcp(deps));
    const served = await serving;
    if (isReleased) throw new AppError('shutting_down');
    return served.answer(call);
  };
  const made = methods.map((method) =>
    route({
      ...{ method, path: '/mcp', scope: 'read', handle },
      summary: 'Speak MCP',
      answers: { 200: Type.Unknown() },
      fails: [],
    }),
  );
  const release = (): void => {
    isReleased = true;
    void serving?.then((served) => served.release());
  };
  return { routes: made, release };
}

const methods = ['POST', 'GET', 'DELETE'] as const;

/** Pages of strangers are kept out; who is no page sends no `Origin`. */
function assertOrigin({ headers }: Call, { corsOrigins, publicUrl }: McpDeps): void {
  const { origin } = headers;
  if (origin === undefined || corsOrigins.includes(origin)) return;
  if (publicUrl !== null && origin === new URL(publicUrl).origin) return;
  throw new AppError('forbidden', 'Pages of this origin may not speak MCP here.');
}
