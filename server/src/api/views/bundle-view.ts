import { bundleHead } from '../../core/bundle/bundle-document.ts';
import type { NamedBundle } from '../../core/bundle/bundle.ts';
import type { TenantId } from '../../core/ids.ts';

/** A bundle without its content. */
export function bundleSummaryView(
  named: NamedBundle,
  { tenantId, publicUrl }: { readonly tenantId: TenantId; readonly publicUrl: string | null },
) {
  const { bytes, sha256 } = named.bundle;
  const url = `${publicUrl ?? ''}/v1/bundles/${named.id}`;
  return { ...bundleHead(named), tenantId, bytes, sha256, url };
}
