/** What becomes of one call on its way to the store and back. */
export type Fate = {
  readonly outMs: number;
  readonly syncMs: number;
  readonly backMs: number;
  /** hangs: whether it is carried out or not, the driver gives up waiting after a long time. */
  readonly does: 'answer' | 'fail_before' | 'fail_after' | 'hang_before' | 'hang_after';
  /** Where on the way the node that called dies; null for nowhere. */
  readonly crash: 'before' | 'applied' | 'answered' | null;
};
