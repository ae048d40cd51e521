/** Microseconds of the machine's monotonic clock, comparable between its processes. */
export function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
