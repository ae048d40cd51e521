import type { Chance } from './clock.ts';

const secretBytes = 32;

/** A fresh signing secret as its owner sees it: `whsec_` and the base64 of 32 bytes. */
export function secretText(chance: Chance): string {
  return `whsec_${Buffer.from(chance.bytes(secretBytes)).toString('base64')}`;
}
