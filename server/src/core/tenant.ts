import type { AlertSettings } from './alert/contact.ts';
import type { SigningSecret } from './endpoint.ts';
import type { KeyId, TenantId } from './ids.ts';
import type { Instant } from './instant.ts';

/** One customer of the operator's, or `default`. */
export type Tenant = AlertSettings & {
  readonly id: TenantId;
  readonly name: string;
  /** Signs callbacks that bring no secret; made when it is first needed. Secret at rest. */
  readonly callbackSecret?: SigningSecret;
  /** How long its events are kept where their type does not say; as for all when null. */
  readonly retentionMs?: number | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

/** What a key allows. `admin` includes the others. */
export type Scope = 'events:write' | 'read' | 'manage' | 'replay' | 'secrets' | 'admin';

/** An access key; its text is shown once and only its digest is kept. */
export type AccessKey = {
  readonly id: KeyId;
  /** Null for an operator's key. */
  readonly tenantId: TenantId | null;
  readonly name: string;
  /** SHA-256 of the key's text, hex. Keys are random, so a slow digest would add nothing. */
  readonly digest: string;
  /** The last four characters, to tell keys apart. */
  readonly hint: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Instant | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};
