import { createMcpHandler } from '@modelcontextprotocol/server';
import type { ServerEventBus } from '@modelcontextprotocol/server';
import type { AppError } from '../core/app-error.ts';
import { limits } from '../core/limits.ts';
import type { Caller } from './caller.ts';
import { createMcpServer } from './create-mcp-server.ts';
import { Followed } from './followed.ts';
import { rpcFailure } from './rpc-failure.ts';
import type { McpDeps } from './mcp-deps.ts';

/** A request of 2026-07-28, of which each stands alone. */
export type ModernRequest = {
  readonly request: Request;
  readonly body: unknown;
  readonly api: Caller;
};

const noBus: ServerEventBus = { publish: () => undefined, subscribe: () => () => undefined };

/** Serves a request of 2026-07-28. */
export async function serveModern(asked: ModernRequest, deps: McpDeps): Promise<Response> {
  const { request, body, api } = asked;
  const wanted = wantedBy(body);
  if (wanted.length > 0) return listen(asked, wanted, deps);
  const handler = handlerFor(api, deps, noBus);
  return handler.fetch(request, { parsedBody: body });
}

function handlerFor(api: Caller, deps: McpDeps, bus: ServerEventBus) {
  return createMcpHandler(() => createMcpServer(api, deps), {
    legacy: 'reject',
    bus,
    keepAliveMs: limits.streamHeartbeatMs,
  });
}

/** The resources that `subscriptions/listen` names; what is malformed is left to the SDK. */
function wantedBy(body: unknown): readonly string[] {
  const { method, params } = body as { method?: unknown; params?: { notifications?: unknown } };
  if (method !== 'subscriptions/listen') return [];
  const filter = params?.notifications as { resourceSubscriptions?: unknown } | null | undefined;
  const uris: unknown = filter?.resourceSubscriptions;
  return Array.isArray(uris) && uris.every((uri) => typeof uri === 'string') ? uris : [];
}

/** Tells of changes for as long as the stream is open; it begins before it is acknowledged. */
async function listen(
  { request, body, api }: ModernRequest,
  uris: readonly string[],
  deps: McpDeps,
): Promise<Response> {
  const followed = new Followed(deps, api.access);
  try {
    for (const uri of uris) followed.add(uri);
  } catch (cause) {
    return rpcFailure(400, (body as { id?: unknown }).id, (cause as AppError).errors);
  }
  await followed.open();
  const bus: ServerEventBus = {
    publish: () => undefined,
    subscribe: (listener) => {
      const tell = (uri: string): void => listener({ kind: 'resource_updated', uri });
      void followed
        .tellAll(tell)
        .catch((cause: unknown) => deps.failed({ requestId: deps.ids.make('request'), cause }))
        .finally(() => void handler.close());
      return () => followed.close();
    },
  };
  const handler = handlerFor(api, deps, bus);
  const response = await handler.fetch(request, { parsedBody: body });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!isStream) followed.close();
  return response;
}
