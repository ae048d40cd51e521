import { isRefused } from '../api/stream-grant.ts';
import type { Access } from '../api/access.ts';
import { AppError } from '../core/app-error.ts';
import type { StoredEvent } from '../core/event.ts';
import { limits } from '../core/limits.ts';
import type { FeedReader } from '../live/feed-reader.ts';
import type { McpDeps } from './mcp-deps.ts';
import { changedBy, readUri, uriOf } from './resource-uri.ts';

type Deps = Pick<McpDeps, 'feed' | 'mirror' | 'clock'>;

/**
 * The resources that one client follows. What was committed is read from the feed; of several
 * changes of a resource that are read at once, one is told.
 */
export class Followed {
  readonly #deps: Deps;
  readonly #access: Access;
  /** The URIs as the client spells them, by how we do. */
  readonly #uris = new Map<string, Set<string>>();
  #count = 0;
  #reader: FeedReader | null = null;
  #isClosed = false;

  constructor(deps: Deps, access: Access) {
    this.#deps = deps;
    this.#access = access;
  }

  /** Throws `validation_failed` for what can be no resource, and past the limit. */
  add(uri: string): void {
    const named = readUri(uri);
    if (named === null) throw invalid(`has ${JSON.stringify(uri.slice(0, 200))}, no such resource`);
    const spelled = this.#uris.get(uriOf(named)) ?? new Set();
    if (spelled.has(uri)) return;
    if (this.#count >= limits.mcpSubscriptions) {
      throw invalid(`has more than ${limits.mcpSubscriptions} resources`);
    }
    this.#count += 1;
    this.#uris.set(uriOf(named), spelled.add(uri));
  }

  remove(uri: string): void {
    const named = readUri(uri);
    const spelled = named === null ? undefined : this.#uris.get(uriOf(named));
    if (named === null || spelled?.delete(uri) !== true) return;
    this.#count -= 1;
    if (spelled.size === 0) this.#uris.delete(uriOf(named));
  }

  /** Follows from now on; throws what keeps the feed from opening. */
  async open(): Promise<void> {
    if (this.#reader !== null) return;
    const tenantId = this.#access.tenant;
    const wants = (event: StoredEvent): boolean => this.#spelled(event).length > 0;
    const reader = await this.#deps.feed.open({ tenantId, after: null, wants });
    if (this.#reader === null && !this.#isClosed) this.#reader = reader;
    else reader.close();
  }

  /** Tells of changes until it is closed, the key has ended or the server stops. */
  async tellAll(told: (uri: string) => Promise<void> | void): Promise<void> {
    const reader = this.#reader;
    if (reader === null) return;
    while (!reader.isClosed) {
      const events = await reader.next(limits.streamHeartbeatMs);
      if (isRefused(this.#access, this.#deps)) reader.close();
      if (reader.isClosed) return;
      const changed = new Set(events.flatMap((event) => this.#spelled(event)));
      for (const uri of changed) await told(uri);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#reader?.close();
  }

  #spelled(event: StoredEvent): string[] {
    const named = changedBy(event);
    return named === null ? [] : [...(this.#uris.get(uriOf(named)) ?? [])];
  }
}

function invalid(message: string): AppError {
  const errors = [{ pointer: '/resourceSubscriptions', message }];
  return new AppError('validation_failed', undefined, { errors });
}
