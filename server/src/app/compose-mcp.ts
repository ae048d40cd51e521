import type { ApiDeps } from '../api/deps.ts';
import type { MoreRoutes } from '../api/create-api.ts';
import { mcpRoutes } from '../mcp/mcp-routes.ts';
import type { Base } from './open-base.ts';

/** The MCP server: beside the API, and asking it. */
export function composeMcp(
  { timers, confirmations }: Pick<Base, 'timers' | 'confirmations'>,
  api: ApiDeps,
): MoreRoutes {
  return (ask) => mcpRoutes({ ...api, timers, confirmations, ask });
}
