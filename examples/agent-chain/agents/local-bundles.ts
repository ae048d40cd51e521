import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, Posthorn, SyncedBundle } from '@posthorn/sdk';

/** The bundles that an agent holds on its own disk. */
export class LocalBundles {
  readonly #posthorn: Posthorn;
  readonly #folder: string;

  constructor(posthorn: Posthorn, folder: string) {
    this.#posthorn = posthorn;
    this.#folder = folder;
  }

  /** The bundle as it is now, fetched by what changed since the copy that is held. */
  sync(id: string): Promise<SyncedBundle> {
    const path = this.#path(id);
    const held = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Bundle) : { id };
    return this.#posthorn.bundles.sync(held);
  }

  keep(bundle: Bundle): void {
    writeFileSync(this.#path(bundle.id), JSON.stringify(bundle));
  }

  #path(id: string): string {
    return join(this.#folder, `bundle-${id}.json`);
  }
}
