/** What the client takes from where it runs; tests give their own. */
export type Surroundings = {
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** A sample from [0, 1). */
  readonly chance: () => number;
  /** Ends early, by throwing its reason, when the signal is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
};

/** The clock, the chance and the `fetch` of this runtime. */
export function ownSurroundings(given: Partial<Surroundings>): Surroundings {
  // Called as a method of anything else than the global object, browsers refuse it.
  const own: typeof fetch = (input, init) => globalThis.fetch(input, init);
  return { fetch: own, now: Date.now, chance: Math.random, sleep, ...given };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
