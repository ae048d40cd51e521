import type { TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';

/** An answer kept so that a repeated request gets it again instead of a second effect. */
export type IdempotencyRow = {
  readonly tenantId: TenantId;
  readonly method: string;
  readonly path: string;
  readonly key: string;
  /** SHA-256 of the request's body, hex. */
  readonly bodyDigest: string;
  readonly status: number;
  /** The answer's body; encrypted at rest, since it may hold a secret. */
  readonly body: Uint8Array;
  readonly expiresAt: Instant;
};
