import { randomBytes } from 'node:crypto';

import type { Chance } from '../core/clock.ts';

/** The platform's randomness: fast samples for jitter, strong bytes for ids and secrets. */
export const systemChance: Chance = {
  sample: () => Math.random(),
  bytes: (count) => randomBytes(count),
};
