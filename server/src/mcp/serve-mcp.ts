import { isInitializeRequest, isLegacyRequest } from '@modelcontextprotocol/server';
import { readJson } from '../api/read-json.ts';
import type { Answer, Call } from '../api/route.ts';
import { Caller } from './caller.ts';
import type { McpDeps } from './mcp-deps.ts';
import { serveModern } from './modern.ts';
import { rpcFailure } from './rpc-failure.ts';
import { Sessions } from './sessions.ts';
import { webAnswer } from './web-answer.ts';

/** Serves MCP: 2026-07-28 request by request, and 2025-11-25 and before by sessions. */
export class ServeMcp {
  readonly #deps: McpDeps;
  readonly #sessions: Sessions;

  constructor(deps: McpDeps) {
    this.#deps = deps;
    this.#sessions = new Sessions(deps);
  }

  async answer(call: Call): Promise<Answer> {
    const body = call.method === 'POST' ? readJson(call.raw) : undefined;
    const api = new Caller(this.#deps.ask, call.access, call.headers);
    const stop = new AbortController();
    const request = requestOf(call, stop.signal);
    const isLegacy = await isLegacyRequest(request, body);
    if (isLegacy) return this.#serveSession({ request, body, api });
    const response = await serveModern({ request, body, api }, this.#deps);
    return webAnswer(response, { timers: this.#deps.timers, closed: () => stop.abort() });
  }

  /** Ends what is open. */
  release(): void {
    this.#sessions.release();
  }

  async #serveSession({ request, body, api }: Asked): Promise<Answer> {
    const { timers } = this.#deps;
    const id = request.headers.get('mcp-session-id');
    const named = (body as { id?: unknown } | undefined)?.id;
    const isBeginning = id === null && isInitializeRequest(body);
    const session = isBeginning
      ? await this.#sessions.open(api)
      : id === null
        ? null
        : this.#sessions.use(id, api);
    if (session === null) {
      const says = id === null ? 'Send initialize first, or Mcp-Session-Id.' : 'No such session.';
      const failure = rpcFailure(id === null ? 400 : 404, named, says);
      return webAnswer(failure, { timers, closed: noMore });
    }
    const closed = session.opened();
    const response = await session.serve(request, body);
    const answer = await webAnswer(response, { timers, closed });
    if (answer.stream === undefined) closed();
    return answer;
  }
}

type Asked = { readonly request: Request; readonly body: unknown; readonly api: Caller };

function noMore(): void {
  // Nothing is open.
}

/** The request as the web has it; its address is of no interest. */
function requestOf({ method, headers, raw }: Call, signal: AbortSignal): Request {
  const named = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' && !unsent.has(name) ? [[name, value] as [string, string]] : [],
  );
  const body = method === 'POST' ? { body: new Uint8Array(raw) } : {};
  return new Request('http://posthorn/mcp', { method, headers: named, signal, ...body });
}

/** The key stays with the gate. */
const unsent = new Set([
  'authorization',
  'connection',
  'content-length',
  'host',
  'transfer-encoding',
]);
