import type { Law } from './law.ts';
import { nothingLost } from './nothing-lost.ts';

/** Every law, fresh for one history. */
export function allLaws(): Law[] {
  return [nothingLost()];
}
