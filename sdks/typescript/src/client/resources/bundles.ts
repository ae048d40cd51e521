import type {
  Bundle,
  BundleFinalization,
  BundleQuery,
  BundleSummary,
  NewBundle,
} from '../../types/bundles.ts';
import { applyPatch } from '../apply-patch.ts';
import type { PatchOperation } from '../apply-patch.ts';
import type { Pages } from '../pages.ts';
import { PosthornError } from '../posthorn-error.ts';
import type { ApiAnswer, RequestOptions, Transport } from '../transport.ts';
import { Resource } from './resource.ts';

/** A bundle as it is now, and how it came to be known. */
export type SyncedBundle = {
  readonly bundle: Bundle;
  /** unchanged: as it was here. patched: by what changed alone. fetched: the whole. */
  readonly how: 'unchanged' | 'patched' | 'fetched';
};

/** What leads from one version of a bundle to the newest. */
export type BundleChanges = {
  readonly patch: readonly PatchOperation[];
  /** The version that it leads to. */
  readonly version: number;
};

/** Bundles: distilled context of conversations, in versions. */
export class Bundles extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/bundles');
  }

  /** Makes a bundle with an id of its own. */
  create(bundle: NewBundle, options?: RequestOptions): Promise<BundleSummary> {
    return this.send('POST', this.path(), options, bundle);
  }

  /** Makes a bundle, or its next version; the same again changes nothing. */
  put(id: string, bundle: NewBundle, options?: RequestOptions): Promise<BundleSummary> {
    return this.send('PUT', this.path(id), options, bundle);
  }

  /** Makes a bundle final, and tells so. */
  finalize(
    id: string,
    finalization: BundleFinalization = {},
    options?: RequestOptions,
  ): Promise<BundleSummary> {
    return this.send('POST', this.path(id, 'finalize'), options, finalization);
  }

  get(id: string, options?: RequestOptions): Promise<Bundle> {
    return this.read(this.path(id), options);
  }

  /** The bundle with its content; null while it is still of this version. */
  async getIfChanged(
    id: string,
    version: number,
    options: RequestOptions = {},
  ): Promise<Bundle | null> {
    const headers = { 'if-none-match': `"${version}"` };
    const path = this.path(id);
    const { status, body } = await this.transport.ask<Bundle>({
      ...{ ...options, method: 'GET', path, headers },
    });
    return status === 304 ? null : body;
  }

  list(query?: BundleQuery, options?: RequestOptions): Pages<BundleSummary> {
    return this.pages(this.path(), query, options);
  }

  /** What changed since a version, as JSON Patch; 410 `too_old` when that is no longer known. */
  async changes(id: string, since: number, options: RequestOptions = {}): Promise<BundleChanges> {
    const path = this.path(id, 'changes');
    const answer: ApiAnswer<readonly PatchOperation[]> = await this.transport.ask({
      ...{ ...options, method: 'GET', path, query: { since } },
    });
    const version = Number(/^"(\d+)"$/.exec(answer.etag ?? '')?.[1] ?? since);
    return { patch: answer.body, version };
  }

  /**
   * Brings a bundle that is held here up to date: by what changed since, or whole when that is not
   * known any more. With an id alone it is fetched.
   */
  async sync(
    local: Bundle | { readonly id: string },
    options?: RequestOptions,
  ): Promise<SyncedBundle> {
    const patched = 'version' in local ? await this.#patched(local, options) : null;
    return patched ?? { bundle: await this.get(local.id, options), how: 'fetched' };
  }

  async #patched(local: Bundle, options?: RequestOptions): Promise<SyncedBundle | null> {
    const changes = await this.changes(local.id, local.version, options).catch(unlessTooOld);
    if (changes === null) return null;
    const { patch, version } = changes;
    if (version === local.version) return { bundle: local, how: 'unchanged' };
    try {
      const bundle = applyPatch(local, patch) as Bundle;
      return bundle.version === version ? { bundle, how: 'patched' } : null;
    } catch {
      // What is held here was changed by somebody: the whole puts it right.
      return null;
    }
  }
}

/** Also 422: what is held here is of a version that is newer than the newest. */
function unlessTooOld(error: unknown): null {
  if (error instanceof PosthornError && (error.status === 410 || error.status === 422)) return null;
  throw error;
}
