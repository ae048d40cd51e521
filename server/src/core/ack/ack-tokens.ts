import type { KeyObject } from 'node:crypto';
import type { DeliveryId, TenantId } from '../ids.ts';
import { instant } from '../instant.ts';
import type { Instant } from '../instant.ts';
import { limits } from '../limits.ts';
import { isMac, macOf, signingKey } from '../signing-key.ts';

/** The attempt whose receiver may report. */
export type AckScope = {
  readonly tenantId: TenantId;
  readonly deliveryId: DeliveryId;
  /** The number of the attempt. */
  readonly number: number;
  /** When it started. */
  readonly startedAt: Instant;
};

const tokenForm = /^([A-Za-z0-9_-]{1,128})\.(\d{1,10})\.(\d{1,15})\.([A-Za-z0-9_-]{43})$/;

/**
 * Makes and judges the tokens by which a receiver reports on a delivery: each is good for that
 * delivery alone, for `limits.ackTokenMs`, and nothing of it is stored.
 */
export class AckTokens {
  readonly #key: KeyObject;

  /** @param masterKey  the key of the tokens is derived from it. */
  constructor(masterKey: Uint8Array) {
    this.#key = signingKey(masterKey, 'posthorn ack tokens v1');
  }

  make(scope: AckScope): string {
    const { tenantId, number, startedAt } = scope;
    return `${tenantId}.${number}.${startedAt}.${this.#sign(scope).toString('base64url')}`;
  }

  /** The attempt that a token was made for; null when it was made for no attempt of a delivery. */
  read(token: string, deliveryId: DeliveryId, now: Instant): AckScope | null {
    const [, tenantId, number, startedAt, signature] = tokenForm.exec(token) ?? [];
    if (tenantId === undefined || signature === undefined) return null;
    const scope = {
      tenantId: tenantId as TenantId,
      deliveryId,
      number: Number(number),
      startedAt: instant(Number(startedAt)),
    };
    if (!isMac(signature, this.#sign(scope))) return null;
    return now - scope.startedAt > limits.ackTokenMs ? null : scope;
  }

  #sign({ tenantId, deliveryId, number, startedAt }: AckScope): Buffer {
    return macOf(this.#key, JSON.stringify([tenantId, deliveryId, number, startedAt]));
  }
}
