// Drawn from the OpenAPI document by `npm run sdk-types`.

/** The data of `context.updated`. */
export type ContextUpdatedData = {
  readonly entity: {
    /** Such as `contact`. */
    readonly type: string;
    /** Which one. */
    readonly id: string;
  };
  /**
   * Fields by name. An `old` that is null was not there, one that is left out is not
   * known; a `new` that is null was removed.
   */
  readonly changes: Readonly<
    Record<
      string,
      {
        /** What it was: null for not there. Left out, the last known value is told. */
        readonly old?: unknown;
        /** What it is now; null for removed. */
        readonly new: unknown;
      }
    >
  >;
  /** When it changed; of merged changes, the last. */
  readonly timestamp: string;
  /** Where the change comes from. */
  readonly source: string | null;
  /** Of the entity; none is left out. */
  readonly version: number;
  /** The first version told of, where it merges some. */
  readonly mergedFrom?: number;
};
