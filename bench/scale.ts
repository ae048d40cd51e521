/** How much each row does; every count and wait of the bench is one of these. */
export type Scale = {
  readonly repeats: number;
  readonly loopCount: number;
  /** Deliveries per sample of a throughput row; a third as many warm it up before. */
  readonly deliveryCount: number;
  /** Seconds of each sample at a fixed rate. */
  readonly rateSeconds: number;
  readonly smallBacklog: number;
  readonly largeBacklog: number;
  readonly keyedCount: number;
  readonly followerCount: number;
  /** Subscriptions of single entities, and events about some of them. */
  readonly manySubscriptions: number;
  readonly lookupCount: number;
  readonly idleSeconds: number;
  /** The most any single wait takes. */
  readonly waitMs: number;
};

export const fullScale: Scale = {
  repeats: 3,
  loopCount: 60_000,
  deliveryCount: 60_000,
  rateSeconds: 20,
  smallBacklog: 10_000,
  largeBacklog: 1_000_000,
  keyedCount: 30_000,
  followerCount: 100_000,
  manySubscriptions: 1_000_000,
  lookupCount: 30_000,
  idleSeconds: 10,
  waitMs: 300_000,
};

export const quickScale: Scale = {
  ...fullScale,
  loopCount: 30_000,
  deliveryCount: 20_000,
  rateSeconds: 6,
  largeBacklog: 100_000,
  keyedCount: 10_000,
  manySubscriptions: 100_000,
  lookupCount: 10_000,
  idleSeconds: 5,
  waitMs: 120_000,
};
