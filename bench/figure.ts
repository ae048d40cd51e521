/** One promise of a row, and what was seen of it. */
export type Figure = {
  readonly row: string;
  readonly says: string;
  readonly unit: '' | 'ms' | 's' | 'MB' | '%' | '/s';
  /** Whether `must` and `aim` are the least or the most allowed. */
  readonly bound: 'at least' | 'at most';
  /** Null for a figure that stands beside the verdict. */
  readonly must: number | null;
  readonly aim: number | null;
  /** The median of `samples`. */
  readonly seen: number;
  readonly samples: readonly number[];
  readonly note: string;
};

export type Verdict = 'meets the aim' | 'holds' | 'FALLS SHORT' | 'beside';

/** Judges a figure. One that could not be measured (NaN) falls short. */
export function verdictOf({ bound, must, aim, seen }: Figure): Verdict {
  const reaches = (goal: number) => (bound === 'at least' ? seen >= goal : seen <= goal);
  if (must === null) return 'beside';
  if (!reaches(must)) return 'FALLS SHORT';
  return aim !== null && reaches(aim) ? 'meets the aim' : 'holds';
}
