import { limits } from '../limits.ts';

/** When an endpoint counts as failing, and as recovered: the alert's numbers. */
export type AlertPolicy = {
  /** So many failed attempts within the window begin an episode. */
  readonly failures: number;
  /** A success and then a window without a failed attempt end it. */
  readonly windowMs: number;
};

/** What somebody set of it; what is left out comes from the next one up. */
export type AlertWish = Partial<AlertPolicy>;

/** The numbers that hold, from the nearest wish that names each; else the defaults. */
export function alertPolicy(...wishes: readonly (AlertWish | null | undefined)[]): AlertPolicy {
  const pick = (name: keyof AlertPolicy): number | undefined =>
    wishes.find((wish) => wish?.[name] !== undefined)?.[name];
  return {
    failures: pick('failures') ?? limits.alertFailures,
    windowMs: pick('windowMs') ?? limits.alertWindowMs,
  };
}
