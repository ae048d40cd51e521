import type { KeyObject } from 'node:crypto';
import type { MergedVersions } from '../delivery.ts';
import type { EventId, TenantId } from '../ids.ts';
import type { Instant } from '../instant.ts';
import { isMac, macOf, signingKey } from '../signing-key.ts';

/** Whose data a link leads to, and until when. */
export type Claim = {
  readonly tenantId: TenantId;
  readonly eventId: EventId;
  /** The versions of an entity that are told as one; null for the data of the event alone. */
  readonly versions: MergedVersions | null;
  /** A whole second. */
  readonly expiresAt: Instant;
};

const purpose = 'posthorn claim links v1';

/**
 * Makes and judges signed links to data that was too large to be sent. Whoever has a link may read
 * what it leads to, and nothing else; it is the same whenever it is made.
 */
export class ClaimLinks {
  readonly #key: KeyObject;
  #origin: string | null;

  /**
   * @param masterKey  the key of the links is derived from it.
   * @param publicUrl  the address others reach this server by; null when it is not known.
   */
  constructor(masterKey: Uint8Array, publicUrl: string | null) {
    this.#key = signingKey(masterKey, purpose);
    this.#origin = publicUrl;
  }

  /** Where the server listens, for links when no other address is known. */
  listensAt(url: string): void {
    this.#origin ??= url;
  }

  /** The link that serves a claim. */
  urlOf(claim: Claim): string {
    const { tenantId, eventId, versions, expiresAt } = claim;
    const merged = versions === null ? '' : `&versions=${versions.from}-${versions.to}`;
    const query = `tenant=${tenantId}&expires=${expiresAt / 1_000}${merged}`;
    const signature = this.#sign(claim).toString('base64url');
    return `${this.#origin ?? ''}/v1/claims/${eventId}?${query}&signature=${signature}`;
  }

  /** Whether a signature is the one that was made for a claim; takes as long whatever it is. */
  isSigned(claim: Claim, signature: string): boolean {
    return isMac(signature, this.#sign(claim));
  }

  #sign({ tenantId, eventId, versions, expiresAt }: Claim): Buffer {
    const signed = [tenantId, eventId, versions?.from, versions?.to, expiresAt];
    return macOf(this.#key, JSON.stringify(signed));
  }
}
