import type { Position } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';

/** A piece of a list, newest first. */
export type Page = {
  /** Only rows with a smaller position; null from the newest. */
  readonly before: Position | null;
  /** 1 to 500. */
  readonly limit: number;
  /** Only rows made at or after this instant. */
  readonly from?: Instant;
  /** Only rows made before this instant. */
  readonly until?: Instant;
};

/** Rows of a page, and whether older ones exist. */
export type PageOf<Row> = {
  readonly rows: readonly Row[];
  /** The position to go on before; null when nothing older matches. */
  readonly next: Position | null;
};
