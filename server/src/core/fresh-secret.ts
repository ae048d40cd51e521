import type { Chance } from './clock.ts';
import { ed25519SecretText, isEd25519Secret } from './ed25519-secret.ts';
import { secretText } from './secret-text.ts';

/** What a secret signs by: a shared secret, or a private key whose public one is given away. */
export type SigningVersion = 'v1' | 'v1a';

/** A fresh secret that signs by this version. */
export function freshSecret(chance: Chance, version: SigningVersion): string {
  return version === 'v1a' ? ed25519SecretText(chance) : secretText(chance);
}

/** What a secret signs by. */
export function signingVersion(secret: string): SigningVersion {
  return isEd25519Secret(secret) ? 'v1a' : 'v1';
}
