import type { TenantId } from '../core/ids.ts';
import type { StreamGrant } from '../core/stream-tokens.ts';
import type { AccessKey } from '../core/tenant.ts';

/** Who calls, and for which tenant. */
export type Access = {
  /** Null on routes that anyone may call. */
  readonly key: AccessKey | null;
  /** The one tenant that is acted for. Throws `tenant_required` or `unknown_tenant`. */
  readonly tenant: TenantId;
  /** The tenant whose things may be read; null for those of every tenant. Throws likewise. */
  readonly reach: TenantId | null;
  /** The one stream that may be read, when a token and no key let this request in. */
  readonly grant?: StreamGrant;
};
