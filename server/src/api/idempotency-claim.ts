import type { IdempotencyRow } from '../store/idempotency.ts';

/** How the answer of one request is to be kept, in the transaction of its effect. */
export type IdempotencyClaim = {
  /** The row that repeats this answer; `text` is the answer's body. */
  row(status: number, text: string): IdempotencyRow;
};
