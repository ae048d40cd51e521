import { limits } from '../limits.ts';

/** The numbers that lanes share. */
export type LanesPolicy = {
  /** Attempts in flight in all lanes together. */
  readonly inFlightMax: number;
  /** Deliveries that wait in one lane. */
  readonly heldPerLane: number;
  /** Ids held by all lanes together, in flight and unrecorded ones included. */
  readonly heldMax: number;
  /** How far ahead of its due time a delivery is held. */
  readonly aheadMs: number;
  /** Attempts a new lane has in flight at most. */
  readonly startConcurrency: number;
  /** The share of `inFlightMax` above which a lane without a recent success gets one slot. */
  readonly busyShare: number;
  /** The share of `inFlightMax` kept for lanes that have nothing in flight. */
  readonly newcomerShare: number;
  /** Loads under way at the same time. */
  readonly loadsMax: number;
  /** Ids of one lane whose attempt has ended and that must not be forgotten yet. */
  readonly unrecordedPerLane: number;
};

/** The policy that the server runs with. */
export const defaultLanesPolicy: LanesPolicy = {
  inFlightMax: limits.inFlight,
  heldPerLane: limits.laneHeld,
  heldMax: limits.lanesHeld,
  aheadMs: limits.laneAheadMs,
  startConcurrency: limits.inFlightStart,
  busyShare: limits.busyShare,
  newcomerShare: limits.newcomerShare,
  loadsMax: limits.laneLoads,
  unrecordedPerLane: limits.laneUnrecorded,
};
