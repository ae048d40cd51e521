import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import type { McpServer } from '@modelcontextprotocol/server';
import type { TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Caller } from './caller.ts';
import { createMcpServer } from './create-mcp-server.ts';
import { Followed } from './followed.ts';
import type { McpDeps } from './mcp-deps.ts';
import { orProtocolError } from './protocol-error.ts';

/** A session of a client of 2025-11-25 or before; it ends with `close`, or when it is deleted. */
export class Session {
  readonly id: string;
  readonly #deps: McpDeps;
  readonly #followed: Followed;
  readonly #server: McpServer;
  readonly #transport: WebStandardStreamableHTTPServerTransport;
  readonly #keyId: string | undefined;
  readonly #tenantId: TenantId;
  readonly #ended: () => void;
  #isFollowing = false;
  /** Streams and requests that are open. */
  #openCount = 0;

  private constructor(id: string, api: Caller, deps: McpDeps, ended: () => void) {
    this.id = id;
    this.#deps = deps;
    this.#keyId = api.access.key?.id;
    this.#tenantId = api.access.tenant;
    this.#followed = new Followed(deps, api.access);
    this.#server = createMcpServer(api, deps);
    this.#transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessionclosed: () => void this.close(),
      keepAliveMs: limits.streamHeartbeatMs,
    });
    this.#ended = ended;
  }

  static async open(parts: {
    readonly id: string;
    readonly api: Caller;
    readonly deps: McpDeps;
    readonly ended: () => void;
  }): Promise<Session> {
    const session = new Session(parts.id, parts.api, parts.deps, parts.ended);
    session.#serveSubscriptions();
    await session.#server.connect(session.#transport);
    return session;
  }

  /** Whether nothing of it is open. */
  get isIdle(): boolean {
    return this.#openCount === 0;
  }

  /** Whether somebody may use it: only the key that began it, for the same tenant. */
  isOf({ access }: Caller): boolean {
    return access.key?.id === this.#keyId && access.tenant === this.#tenantId;
  }

  /** Counts what is open; the caller says when it no longer is. */
  opened(): () => void {
    this.#openCount += 1;
    let isOpen = true;
    return () => {
      if (isOpen) this.#openCount -= 1;
      isOpen = false;
    };
  }

  serve(request: Request, body: unknown): Promise<Response> {
    const given = body === undefined ? {} : { parsedBody: body };
    return this.#transport.handleRequest(request, given);
  }

  async close(): Promise<void> {
    this.#followed.close();
    this.#ended();
    await this.#server.close();
  }

  #serveSubscriptions(): void {
    this.#server.server.setRequestHandler('resources/subscribe', ({ params }) =>
      orProtocolError(this.#deps, async () => {
        this.#followed.add(params.uri);
        await this.#follow();
        return {};
      }),
    );
    this.#server.server.setRequestHandler('resources/unsubscribe', ({ params }) => {
      this.#followed.remove(params.uri);
      return {};
    });
  }

  /** A session whose key has ended, or whose server stops, is over. */
  async #follow(): Promise<void> {
    if (this.#isFollowing) return;
    await this.#followed.open();
    // Another request may have begun to follow while this one waited.
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    void this.#followed
      .tellAll((uri) => this.#server.server.sendResourceUpdated({ uri }))
      .catch((cause: unknown) => {
        this.#deps.failed({ requestId: this.#deps.ids.make('request'), cause });
      })
      .finally(() => void this.close());
  }
}
