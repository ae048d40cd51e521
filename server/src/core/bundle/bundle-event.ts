import { bundleHead } from './bundle-document.ts';
import type { NamedBundle } from './bundle.ts';

/** What tells of each version of a bundle. */
export type BundleEventType = 'bundle.created' | 'bundle.updated' | 'bundle.finalized';

/**
 * The data of an event of a bundle, as JSON text: all about it but the content, and where to get
 * that. `changed` names the members that are not as in the version before.
 */
export function bundleEventData(
  named: NamedBundle,
  { url, changed }: { readonly url: string; readonly changed: readonly string[] },
): string {
  const { bytes, sha256 } = named.bundle;
  const { id: bundleId, state: _state, version, ...told } = bundleHead(named);
  const before = changed.length === 0 ? {} : { previousVersion: named.version - 1, changed };
  return JSON.stringify({ bundleId, ...told, url, version, ...before, bytes, sha256 });
}
