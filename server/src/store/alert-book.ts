import type { AlertState, Death, FailedAttempt } from '../core/alert/alert-state.ts';
import type { EndpointId, Position, TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';

/** How far alerts have read, and what they must know to go on. */
export type AlertStanding = {
  /** Rises with each save. */
  readonly version: number;
  /** Everything up to here was taken in; null before the first save. */
  readonly position: Position | null;
  readonly states: readonly AlertState[];
};

/** What happened after a position that alerts care for, each list in position order. */
export type AlertPage = {
  readonly failures: readonly FailedAttempt[];
  readonly deaths: readonly Death[];
  /** Where to go on. */
  readonly position: Position;
  /** Whether nothing more is to be read by now. */
  readonly isLevel: boolean;
};

/** Asks for the first success of an endpoint between two positions. */
export type SuccessQuery = {
  readonly tenantId: TenantId;
  readonly endpointId: EndpointId;
  readonly after: Position;
  /** Null for no end. */
  readonly before: Position | null;
};

/** A step of alerts: where they stand after it, and the states that changed. */
export type AlertSave = {
  /** The version that the step was made from. */
  readonly expects: number;
  readonly position: Position;
  readonly states: readonly AlertState[];
  /** Endpoints whose state is to be forgotten. */
  readonly forget: readonly Pick<AlertState, 'tenantId' | 'endpointId'>[];
};

/** Where the alerts of the whole store stand, and the part of the log that they read. */
export interface AlertBook {
  standing(): Promise<AlertStanding>;
  /**
   * Failed attempts and deaths after a position, at most `limit` of each, cut so that both lists
   * reach equally far; deliveries of `posthorn.*` events and attempts that we ended ourselves are
   * left out. With `after: null` it answers nothing and the newest position. Costs what it answers.
   */
  read(query: { after: Position | null; limit: number }): Promise<AlertPage>;
  /** When each began, the answers in the order of the queries; null for none. */
  successes(queries: readonly SuccessQuery[]): Promise<({ readonly at: Instant } | null)[]>;
  /** Saves a step whole; refused when another one was saved since. */
  save(
    step: AlertSave,
  ): Promise<{ readonly is: 'saved'; readonly version: number } | { readonly is: 'overtaken' }>;
}
