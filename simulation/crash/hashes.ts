import { hash } from 'node:crypto';

const hashChars = 24;

/** A short hash of exact bytes or text. */
export function hashOf(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex').slice(0, hashChars);
}
