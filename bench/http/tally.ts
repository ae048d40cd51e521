/** What a receiver counted since its last reset. Instants are monotonic microseconds. */
export type Tally = {
  answeredCount: number;
  failedCount: number;
  hungCount: number;
  unsignedCount: number;
  firstAtUs: number;
  lastAtUs: number;
  arrivalsPerMark: number;
  /** The instant of every `arrivalsPerMark`-th arrival. */
  marksUs: number[];
  /** How old each body was that arrived at a timed endpoint. */
  agesUs: number[];
  /** A few requests as they arrived, so that their signatures can be verified. */
  samples: { head: string; body: string }[];
};

/** What may be asked of the receiver. */
export type ReceiverCalls = {
  listen: (input: null) => number;
  reset: (input: null) => void;
  until: (input: { count: number; waitMs: number }) => Tally;
};
