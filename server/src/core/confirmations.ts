import type { KeyObject } from 'node:crypto';
import type { Instant } from './instant.ts';
import { isMac, macOf, signingKey } from './signing-key.ts';

const purpose = 'posthorn confirmations v1';

/** Makes and judges tokens by which somebody does just what was shown before, and soon. */
export class Confirmations {
  readonly #key: KeyObject;

  /** @param masterKey  the key of the tokens is derived from it. */
  constructor(masterKey: Uint8Array) {
    this.#key = signingKey(masterKey, purpose);
  }

  /** @param what  all that the token confirms. */
  issue(what: string, expiresAt: Instant): string {
    return `${expiresAt}.${this.#macOf(what, `${expiresAt}`).toString('base64url')}`;
  }

  /** What a token is worth for `what`. */
  judge(token: string, what: string, now: Instant): 'ok' | 'expired' | 'wrong' {
    const [expiresAt = '', mac = ''] = token.split('.', 2);
    if (!isMac(mac, this.#macOf(what, expiresAt))) return 'wrong';
    return Number(expiresAt) > now ? 'ok' : 'expired';
  }

  #macOf(what: string, expiresAt: string): Buffer {
    return macOf(this.#key, `${expiresAt}\n${what}`);
  }
}
