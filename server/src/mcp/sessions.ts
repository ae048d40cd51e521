import { AppError } from '../core/app-error.ts';
import type { TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Caller } from './caller.ts';
import type { McpDeps } from './mcp-deps.ts';
import { Session } from './session.ts';

const idBytes = 24;

type Held = {
  readonly session: Session;
  readonly tenantId: TenantId | null;
  idle: { cancel(): void } | null;
};

/**
 * The sessions of this node, the longest unused first. Each tenant has room for so many: past it
 * the longest unused one of its own ends.
 */
export class Sessions {
  readonly #deps: McpDeps;
  readonly #held = new Map<string, Held>();
  #isReleased = false;

  constructor(deps: McpDeps) {
    this.#deps = deps;
  }

  /** Throws `too_many_streams` when the node has no room. */
  async open(api: Caller): Promise<Session> {
    const { tenant: tenantId } = api.access;
    const id = Buffer.from(this.#deps.chance.bytes(idBytes)).toString('base64url');
    const ended = (): void => this.#forget(id);
    const session = await Session.open({ id, api, deps: this.#deps, ended });
    try {
      // Nothing is waited for from here on: of those that begin at once each finds its own room.
      this.#makeRoom(tenantId);
    } catch (error) {
      await session.close();
      throw error;
    }
    const held: Held = { session, tenantId, idle: null };
    this.#held.set(id, held);
    held.idle = this.#endWhenIdle(held);
    return session;
  }

  /** The session of that id, which counts as used now; null when the caller has none such. */
  use(id: string, api: Caller): Session | null {
    const held = this.#held.get(id);
    if (held === undefined || !held.session.isOf(api)) return null;
    this.#held.delete(id);
    this.#held.set(id, held);
    held.idle?.cancel();
    held.idle = this.#endWhenIdle(held);
    return held.session;
  }

  /** Ends all, and begins none from now on. */
  release(): void {
    this.#isReleased = true;
    for (const { session } of this.#held.values()) this.#end(session);
  }

  #makeRoom(tenantId: TenantId): void {
    if (this.#isReleased) throw new AppError('shutting_down');
    const own = [...this.#held.values()].filter((each) => each.tenantId === tenantId);
    const [oldest] = own;
    if (oldest !== undefined && own.length >= limits.mcpSessionsOfTenant) this.#end(oldest.session);
    if (this.#held.size < limits.mcpSessions) return;
    const detail = `This node has ${limits.mcpSessions} MCP sessions, which is the most.`;
    throw new AppError('too_many_streams', detail);
  }

  #endWhenIdle(held: Held): { cancel(): void } {
    return this.#deps.timers.after(limits.mcpSessionIdleMs, () => {
      if (held.session.isIdle) this.#end(held.session);
      else held.idle = this.#endWhenIdle(held);
    });
  }

  #end(session: Session): void {
    session.close().catch((cause: unknown) => {
      this.#deps.failed({ requestId: this.#deps.ids.make('request'), cause });
    });
  }

  #forget(id: string): void {
    this.#held.get(id)?.idle?.cancel();
    this.#held.delete(id);
  }
}
