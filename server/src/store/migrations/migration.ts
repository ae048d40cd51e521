/** One step of the schema, run whole in one transaction or not at all. */
export type Migration = {
  /** The `user_version` that the database has after it; steps count up by one from 1. */
  readonly version: number;
  readonly sql: string;
};
