import type { KeyObject } from 'node:crypto';
import type { KeyId, TenantId } from './ids.ts';
import { instant } from './instant.ts';
import type { Instant } from './instant.ts';
import { isMac, macOf, signingKey } from './signing-key.ts';

/** The one stream that a token opens: the events of one task, or those of some types. */
export type StreamGrant = {
  readonly tenantId: TenantId;
  /** The key that asked for it, without which it opens nothing. */
  readonly keyId: KeyId;
  /** Null for a stream of events. */
  readonly taskId: string | null;
  /** Patterns; null for every type. */
  readonly types: readonly string[] | null;
  readonly expiresAt: Instant;
};

const purpose = 'posthorn stream tokens v2';

/** Makes and reads tokens that a page may hold: each reads one stream, for a while, and no more. */
export class StreamTokens {
  readonly #key: KeyObject;

  /** @param masterKey  the key of the tokens is derived from it. */
  constructor(masterKey: Uint8Array) {
    this.#key = signingKey(masterKey, purpose);
  }

  /** The text of a token. */
  issue({ tenantId, keyId, taskId, types, expiresAt }: StreamGrant): string {
    const said = Buffer.from(JSON.stringify([tenantId, keyId, taskId, types, expiresAt]));
    return `${said.toString('base64url')}.${macOf(this.#key, said).toString('base64url')}`;
  }

  /** What a token grants, expired or not; null when it was not issued here. */
  read(token: string): StreamGrant | null {
    const [saidText = '', signature = ''] = token.split('.', 2);
    const said = Buffer.from(saidText, 'base64url');
    if (!isMac(signature, macOf(this.#key, said))) return null;
    const [tenantId, keyId, taskId, types, expiresAt] = JSON.parse(said.toString()) as [
      TenantId,
      KeyId,
      string | null,
      readonly string[] | null,
      number,
    ];
    return { tenantId, keyId, taskId, types, expiresAt: instant(expiresAt) };
  }
}
