import type { SeededChance } from './seeded-chance.ts';
import type { Fate } from './store-call-fate.ts';

/** How likely each kind of trouble is in one world; most worlds lack some kinds. */
export type Faults = {
  readonly failShare: number;
  readonly lateShare: number;
  readonly hangShare: number;
  readonly crashShare: number;
  readonly pausesPerMinute: number;
  readonly powerCutsPerMinute: number;
  readonly restartsPerMinute: number;
  readonly partitionsPerMinute: number;
  readonly diskFillsPerMinute: number;
  readonly clockJumpsPerMinute: number;
};

/** Trouble that comes at a time of its own. */
export type Trouble =
  | { readonly atMs: number; readonly do: 'pause'; readonly node: number; readonly forMs: number }
  | {
      readonly atMs: number;
      readonly do: 'restart' | 'cut_off';
      readonly node: number;
      readonly forMs: number;
    }
  | { readonly atMs: number; readonly do: 'cut_power'; readonly forMs: number }
  | { readonly atMs: number; readonly do: 'fill_disk'; readonly forMs: number }
  | {
      readonly atMs: number;
      readonly do: 'jump_clock';
      readonly node: number;
      readonly byMs: number;
    };

const lateMostMs = 12_000;
const minuteMs = 60_000;

/** Draws which kinds of trouble this world has. */
export function drawFaults(chance: SeededChance): Faults {
  const share = (most: number): number => (chance.hits(0.5) ? most * chance.sample() : 0);
  return {
    failShare: share(0.05),
    lateShare: share(0.05),
    hangShare: share(0.005),
    crashShare: share(0.002),
    pausesPerMinute: share(3),
    powerCutsPerMinute: share(3),
    restartsPerMinute: share(2),
    partitionsPerMinute: share(3),
    diskFillsPerMinute: share(1),
    clockJumpsPerMinute: share(2),
  };
}

/** Draws when trouble comes that is not tied to a call. */
export function drawTroubles(
  chance: SeededChance,
  faults: Faults,
  { fromMs, untilMs, nodes }: { fromMs: number; untilMs: number; nodes: number },
): Trouble[] {
  const at = (perMinute: number): number[] => {
    const count = Math.round((perMinute * (untilMs - fromMs) * 2 * chance.sample()) / minuteMs);
    return Array.from({ length: count }, () => chance.whole(fromMs, untilMs));
  };
  const node = (): number => chance.whole(0, nodes - 1);
  return [
    ...at(faults.pausesPerMinute).map((atMs): Trouble => ({
      atMs,
      do: 'pause',
      node: node(),
      forMs: chance.whole(500, 25_000),
    })),
    ...at(faults.restartsPerMinute).map((atMs): Trouble => ({
      atMs,
      do: 'restart',
      node: node(),
      forMs: chance.whole(100, 8_000),
    })),
    ...at(faults.partitionsPerMinute).map((atMs): Trouble => ({
      atMs,
      do: 'cut_off',
      node: node(),
      forMs: chance.whole(500, 25_000),
    })),
    ...at(faults.powerCutsPerMinute).map((atMs): Trouble => ({
      atMs,
      do: 'cut_power',
      forMs: chance.whole(0, 5_000),
    })),
    ...at(faults.diskFillsPerMinute).map((atMs): Trouble => ({
      atMs,
      do: 'fill_disk',
      forMs: chance.whole(500, 10_000),
    })),
    ...at(faults.clockJumpsPerMinute).map((atMs): Trouble => {
      const byMs = chance.whole(-minuteMs, minuteMs);
      return { atMs, do: 'jump_clock', node: node(), byMs };
    }),
  ];
}

/** What becomes of calls, one by one. */
export function drawFate(chance: SeededChance, faults: Faults, isFaulty: boolean): Fate {
  const plain = {
    outMs: chance.whole(0, 3),
    syncMs: chance.whole(0, 4),
    backMs: chance.whole(0, 3),
  };
  const trouble = chance.sample();
  const half = chance.hits(0.5);
  const lateMs = chance.whole(10, lateMostMs);
  const crashAt = chance.pick(['before', 'applied', 'answered'] as const);
  if (!isFaulty) return { ...plain, does: 'answer', crash: null };
  let edge = faults.failShare;
  if (trouble < edge) return { ...plain, does: half ? 'fail_before' : 'fail_after', crash: null };
  edge += faults.hangShare;
  if (trouble < edge) return { ...plain, does: half ? 'hang_before' : 'hang_after', crash: null };
  edge += faults.crashShare;
  if (trouble < edge) return { ...plain, does: 'answer', crash: crashAt };
  edge += faults.lateShare;
  if (trouble >= edge) return { ...plain, does: 'answer', crash: null };
  const late = half ? { outMs: lateMs } : { backMs: lateMs };
  return { ...plain, ...late, does: 'answer', crash: null };
}

/** What becomes of a call while the store cannot be reached. */
export function unreachable(fate: Fate): Fate {
  return { ...fate, does: 'fail_before' };
}
