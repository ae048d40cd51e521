/** When failed attempts are tried again. */
export type RetryPolicy =
  | {
      readonly kind: 'exponential';
      readonly initialMs: number;
      readonly factor: number;
      readonly maxDelayMs: number;
      readonly maxAttempts: number;
      /** The share of a delay, from 0 to 1, that chance may add; nothing is ever taken off. */
      readonly jitter: number;
    }
  | {
      readonly kind: 'schedule';
      /** Waits before the second, third … attempt; attempts = length + 1. */
      readonly delaysMs: readonly number[];
      readonly jitter: number;
    };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The schedule that Standard Webhooks recommends. */
export const standardRetry: RetryPolicy = {
  kind: 'schedule',
  delaysMs: [
    5 * second,
    5 * minute,
    30 * minute,
    2 * hour,
    5 * hour,
    10 * hour,
    14 * hour,
    20 * hour,
    24 * hour,
  ],
  jitter: 0.1,
};

/** The preset `short`: five attempts within about half a minute. */
export const shortRetry: RetryPolicy = {
  kind: 'exponential',
  initialMs: 2 * second,
  factor: 2,
  maxDelayMs: 900 * second,
  maxAttempts: 5,
  jitter: 0.1,
};
