import { createCipheriv, createDecipheriv, createHash, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Chance } from '../../../core/clock.ts';

/** Where a sealed value lives; it opens nowhere else. */
export type SealedPlace = {
  readonly table: string;
  readonly column: string;
  readonly row: readonly string[];
};

const formatVersion = 1;
const keyBytes = 32;
const keyIdBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + keyIdBytes + nonceBytes + tagBytes;

/** A sealed value that was changed, moved, or sealed under another key. */
export class SealBrokenError extends Error {
  constructor(place: SealedPlace, options?: ErrorOptions) {
    super(`a sealed value in ${place.table}.${place.column} cannot be opened`, options);
    this.name = 'SealBrokenError';
  }
}

/**
 * Encrypts secrets at rest: AES-256-GCM under the master key, a fresh 96-bit nonce each time, and
 * the place as additional data, so that rows cannot be swapped.
 */
export class Sealer {
  /** Tells master keys apart without giving one away. */
  readonly fingerprint: string;
  readonly #key: KeyObject;
  readonly #keyId: Buffer;
  readonly #chance: Pick<Chance, 'bytes'>;

  /** @param masterKey 32 bytes. */
  constructor(masterKey: Uint8Array, chance: Pick<Chance, 'bytes'>) {
    if (masterKey.length !== keyBytes) throw new RangeError('a master key has 32 bytes');
    const digest = digestOf(masterKey);
    this.fingerprint = fingerprintIn(digest);
    this.#key = createSecretKey(masterKey);
    this.#keyId = digest.subarray(0, keyIdBytes);
    this.#chance = chance;
  }

  seal(place: SealedPlace, plain: Uint8Array): Uint8Array {
    const nonce = this.#chance.bytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(placeBytes(place));
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([Buffer.of(formatVersion), this.#keyId, nonce, cipher.getAuthTag(), body]);
  }

  /** Answers what was sealed; throws {@link SealBrokenError}. */
  open(place: SealedPlace, sealed: Uint8Array): Uint8Array {
    const keyId = sealed.subarray(1, 1 + keyIdBytes);
    const isOurs = sealed[0] === formatVersion && this.#keyId.equals(keyId);
    if (sealed.length < headBytes || !isOurs) throw new SealBrokenError(place);
    const nonce = sealed.subarray(1 + keyIdBytes, 1 + keyIdBytes + nonceBytes);
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce);
      decipher.setAAD(placeBytes(place));
      decipher.setAuthTag(sealed.subarray(headBytes - tagBytes, headBytes));
      const opened = decipher.update(sealed.subarray(headBytes));
      decipher.final();
      return new Uint8Array(opened);
    } catch (cause) {
      throw new SealBrokenError(place, { cause });
    }
  }
}

/** Tells one master key from another, and gives neither away. */
export function fingerprintOf(masterKey: Uint8Array): string {
  return fingerprintIn(digestOf(masterKey));
}

function digestOf(masterKey: Uint8Array): Buffer {
  return createHash('sha256').update('posthorn master key\0').update(masterKey).digest();
}

function fingerprintIn(digest: Buffer): string {
  return digest.toString('hex', keyIdBytes, keyIdBytes + 16);
}

/** JSON keeps the parts apart, whatever characters they hold. */
function placeBytes({ table, column, row }: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify([table, column, ...row]));
}
