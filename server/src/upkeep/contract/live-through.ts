import { limits } from '../../core/limits.ts';
import type { Replays } from '../../store/replays.ts';
import type { ReplayWorld } from './replay-world.ts';

/** What may become of a step: answered, or its node dies before or after the store took it. */
export const fates = ['answered', 'answered', 'lost before', 'lost after'] as const;

/** Has a node after the other run until the plan kills it; answers how many there were. */
export async function liveThrough(
  world: ReplayWorld,
  plan: readonly (typeof fates)[number][],
): Promise<number> {
  const { replays: stored } = world.store;
  const left = [...plan];
  let lives = 0;
  while (left.length > 0 && lives < plan.length) {
    lives += 1;
    const step: Replays['step'] = async (asked) => {
      const fate = left.shift() ?? 'answered';
      if (fate === 'answered') return stored.step(asked);
      if (fate === 'lost after') await stored.step(asked);
      world.forgetTimers();
      return new Promise(() => undefined);
    };
    world.runs({ node: `node-${lives}`, replays: { ...stored, step } });
    await world.pass(limits.replayClaimMs + 10_000);
    world.forgetTimers();
  }
  return lives + 1;
}
