/** What one step of `npm run check` found; `report` is shown when it is not empty. */
export type StepAnswer = { isGood: boolean; report: string };

/** One thing that is checked without running the product. */
export type Step = { name: string; run: () => Promise<StepAnswer> };
